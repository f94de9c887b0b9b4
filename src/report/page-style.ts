/** The page's looks: one column, the system's own fonts, rules instead of boxes. */
export const PAGE_STYLE: string = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --rule: #d8dee4; --page: #ffffff;
  --accent: #2262b0; --alert: #b3382c; --well: #1d7444; --tint: #f4f6f8 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9ba5b0; --rule: #30363d; --page: #0d1117;
    --accent: #79b0f5; --alert: #f0867a; --well: #63c587; --tint: #161b22 } }
* { box-sizing: border-box }
body { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; background: var(--page);
  color: var(--ink); font: 15px/1.55 ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif;
  -webkit-text-size-adjust: 100%; overflow-wrap: anywhere }
h1 { margin: 0; font-size: 1.75rem; font-weight: 650; letter-spacing: -0.01em; line-height: 1.2 }
h2 { margin: 2.5rem 0 .6rem; font-size: 1.15rem; font-weight: 650 }
h3 { margin: 1.5rem 0 .5rem; font-size: 1rem; font-weight: 600 }
h3 small { margin-left: .5em; color: var(--soft); font-size: .85rem; font-weight: 400 }
p { margin: .25rem 0; max-width: 44rem; text-wrap: pretty }
header p { max-width: none }
header p, footer, .words { color: var(--soft) }
.words { font-size: .85rem }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: .85rem }
code { font: .9em ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace }
.findings { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--rule) }
.findings li { padding: .6rem 0 .6rem 1rem; border-bottom: 1px solid var(--rule);
  box-shadow: inset 3px 0 var(--alert) }
.findings .note { box-shadow: inset 3px 0 var(--rule) }
.findings p { margin: 0 }
.mend { color: var(--soft); font-size: .9rem }
@media (min-width: 44rem) {
  .findings li { display: grid; grid-template-columns: 12rem 1fr; column-gap: 1.5rem }
  .mend { grid-column: 2 } }
.well { color: var(--well) }
.wide { overflow-x: auto; margin: .5rem 0 }
.wide + .wide { margin-top: 1.5rem }
.charts + .words { margin-top: 1rem }
.wide:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { min-width: min(100%, 34rem); border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
caption { max-width: calc(100vw - 2.5rem); padding-bottom: .4rem; color: var(--soft); font-size: .85rem; text-align: left }
th, td { padding: .4rem 1.75rem .4rem 0; border-bottom: 1px solid var(--rule); font-weight: 400;
  vertical-align: top; white-space: nowrap }
th:last-child, td:last-child { padding-right: 0 }
thead th { color: var(--soft); font-size: .8rem }
.left, .text { text-align: left }
.text { min-width: 16rem; white-space: normal }
.right { text-align: right }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
  gap: 1rem 2rem }
figure { margin: 0; min-width: 0 }
figcaption { font-size: .85rem }
.chart { display: block; width: 100%; height: auto }
.chart text { fill: var(--soft); font: 10px ui-sans-serif, system-ui, "Segoe UI", Arial, sans-serif }
.chart rect { fill: var(--accent) }
.chart .grid { stroke: var(--rule); stroke-dasharray: 2 3 }
.chart .base { stroke: var(--soft) }
`;
