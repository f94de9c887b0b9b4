import { GROUPS } from "./groups.mjs";
import { figure } from "./report.mjs";

const WIDTH = 860;
const LEFT = 350;
const RIGHT = 780;
const ROW = 36;
const TOP = 82;
const PANEL_TOP = 34;
const PANEL_BOTTOM = 34;

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #24292f; }
    .title { font-size: 15px; font-weight: 600; }
    .group { font-weight: 600; }
    .small { font-size: 11px; fill: #57606a; }
    .bar { fill: #4078c0; }
    .noise { fill: #d8dee4; }
    .spread { stroke: #24292f; stroke-width: 1.5; }
    .grid { stroke: #d0d7de; }
    .one { stroke: #57606a; stroke-dasharray: 4 3; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .small { fill: #9198a1; }
      .bar { fill: #4f8fe6; }
      .noise { fill: #3d444d; }
      .spread { stroke: #e6edf3; }
      .grid { stroke: #3d444d; }
      .one { stroke: #9198a1; }
    }`;

/** The comparisons as bars, a panel for each group: an SVG legible on a light and on a dark page. */
export function chart({ about, results }) {
  const panels = [];
  let top = TOP;
  for (const group of Object.keys(about.groups)) {
    const drawn = results.filter((result) => result.group === group);
    if (drawn.length === 0) continue;
    const panel = panelOf(group, about, drawn, top);
    panels.push(panel.svg);
    top += panel.height;
  }
  const server = about.postgresql.split(" (")[0];
  const from = `${about.machine}, ${server}, ${about.date.slice(0, 10)}, ${about.commit}, rows ${about.children}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-label="pg-lastwill's benchmarks, as ratios">
  <style>${STYLE}
  </style>
  <text class="title" x="16" y="24">Ratios of times: to the right of 1× what is named first is slower</text>
  <text class="small" x="16" y="42">Median of the repeats; line: least to most; band: noise floor. The scales are logarithmic.</text>
  <text class="small" x="16" y="58">${escaped(from)}</text>
${panels.join("\n")}
</svg>
`;
}

function panelOf(group, about, drawn, top) {
  // The hot path against plain tables differs too little from that with foreign keys to be drawn twice.
  const rows = drawn.filter(({ noise, theirs }) => !noise && theirs !== "plain");
  const scale = scaleOf(drawn);
  const first = top + PANEL_TOP;
  const bottom = first + rows.length * ROW;
  const { size, repeats } = about.groups[group];
  const what = `${size.toLocaleString("en")} sessions, ${repeats} repeats`;
  const svg = [
    `  <text class="group" x="16" y="${top + 20}">${escaped(GROUPS[group].title)} <tspan class="small" dx="6">${what}</tspan></text>`,
    ...rows.map((row, index) => noiseBand(noiseOf(row, drawn), first + index * ROW, scale.x)),
    ...scale.ticks.map((tick) => tickLine(tick, scale.x(tick), first - 4, bottom)),
    ...rows.map((row, index) => bar(row, first + index * ROW, scale.x)),
  ].filter(Boolean);
  return { svg: svg.join("\n"), height: PANEL_TOP + rows.length * ROW + PANEL_BOTTOM };
}

/** Where a ratio is drawn; each panel has a scale of its own. */
function scaleOf(drawn) {
  const least = Math.min(0.8, ...drawn.map(({ min }) => min * 0.95));
  const most = Math.max(1.6, ...drawn.map(({ max }) => max * 1.1));
  const part = (ratio) => Math.log(ratio / least) / Math.log(most / least);
  const ticks = tickValues(most / least).filter((tick) => tick >= least && tick <= most);
  return { x: (ratio) => LEFT + (RIGHT - LEFT) * part(ratio), ticks };
}

/** From the widest scale to the narrowest, so that their labels never touch. */
function tickValues(span) {
  if (span > 60) return [0.01, 0.1, 1, 10, 100, 1000];
  if (span > 5) return [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32];
  return span > 2.5 ? [0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4] : [0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2];
}

function tickLine(tick, x, top, bottom) {
  const at = x.toFixed(1);
  return `  <line class="${tick === 1 ? "one" : "grid"}" x1="${at}" y1="${top}" x2="${at}" y2="${bottom}"/>
  <text class="small" x="${at}" y="${bottom + 14}" text-anchor="middle">${tick}×</text>`;
}

/** A case has its own noise floor, or a group has one. */
function noiseOf(row, drawn) {
  const floors = drawn.filter(({ noise }) => noise);
  return floors.find((floor) => floor.case === row.case) ?? floors[0];
}

function noiseBand(floor, y, x) {
  if (floor === undefined) return "";
  const [from, to] = [x(floor.min), x(floor.max)];
  return `  <rect class="noise" x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${ROW - 6}"/>`;
}

function bar(row, y, x) {
  const middle = y + ROW / 2 - 3;
  const [from, to] = [x(1), x(row.ratio)].sort((a, b) => a - b);
  const label = Math.max(x(1), x(row.max)) + 8;
  return `  <text x="${LEFT - 10}" y="${middle - 1}" text-anchor="end">${escaped(row.case)}</text>
  <text class="small" x="${LEFT - 10}" y="${middle + 12}" text-anchor="end">${escaped(`${row.ours} / ${row.theirs}`)}</text>
  <rect class="bar" x="${from.toFixed(1)}" y="${y + 6}" width="${Math.max(to - from, 1).toFixed(1)}" height="${ROW - 18}" rx="2"/>
  <line class="spread" x1="${x(row.min).toFixed(1)}" y1="${middle}" x2="${x(row.max).toFixed(1)}" y2="${middle}"/>
  <text x="${label.toFixed(1)}" y="${middle + 4}">${figure(row.ratio)}</text>`;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
