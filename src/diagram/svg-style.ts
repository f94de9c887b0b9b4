const FIXED =
  'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace';
const WORDS = 'ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif';

/** Colours of a light page, and of a dark one; a policy's line differs in its form too. */
export const SVG_STYLE: string = `
.ownership { --ink: #1f2328; --soft: #59636e; --rule: #8c959f; --owner: #eef4fb; --page: #ffffff;
  --cascade: #b3382c; --set-null: #2262b0; --soft-delete: #8a5a00; --archive: #1d7444 }
@media (prefers-color-scheme: dark) {
  .ownership { --ink: #e6edf3; --soft: #9ba5b0; --rule: #59636e; --owner: #172233; --page: #0d1117;
    --cascade: #f0867a; --set-null: #79b0f5; --soft-delete: #d9a441; --archive: #63c587 } }
.ownership text { fill: var(--ink) }
.ownership .title { font: 600 14px ${FIXED} }
.ownership .name { font: 12px ${FIXED} }
.ownership .note { font: 11px ${WORDS}; fill: var(--soft) }
.ownership rect { stroke: var(--rule) }
.ownership .owner rect { fill: var(--owner); stroke-width: 1.5 }
.ownership .page { fill: var(--page); stroke: none }
.ownership .owned rect { fill: var(--page) }
.ownership marker path { fill: var(--line) }
.ownership .arrow path { fill: none; stroke-width: 1.5 }
.ownership .cascade { --line: var(--cascade) }
.ownership .set_null { --line: var(--set-null) }
.ownership .soft_delete { --line: var(--soft-delete) }
.ownership .archive { --line: var(--archive) }
.ownership .arrow > path { stroke: var(--line) }
.ownership .set_null > path { stroke-dasharray: 6 4 }
.ownership .soft_delete > path { stroke-dasharray: 2 3 }
.ownership .archive > path { stroke-dasharray: 9 3 2 3 }
`;
