const WIDTH = 860;
const LEFT = 350;
const RIGHT = 790;
const ROW = 30;
const TOP = 64;

/** The comparisons as bars: a hand-drawn SVG that is legible on a light and on a dark page. */
export function chart({ about, results }) {
  // The hot path against plain tables differs too little from that with foreign keys to be drawn twice.
  const rows = results.filter(({ noise, theirs }) => !noise && theirs !== "plain");
  const largest = Math.max(1.5, ...results.map(({ max }) => max));
  const x = (ratio) => LEFT + ((RIGHT - LEFT) * ratio) / largest;
  const height = TOP + rows.length * ROW + 44;
  const bars = rows.map((row, index) => bar(row, TOP + index * ROW, x));
  const ticks = tickValues(largest).map((tick) => {
    const at = x(tick).toFixed(1);
    const kind = tick === 1 ? "one" : "grid";
    return `  <line class="${kind}" x1="${at}" y1="${TOP - 8}" x2="${at}" y2="${height - 40}"/>
  <text class="small" x="${at}" y="${height - 24}" text-anchor="middle">${tick}×</text>`;
  });
  const sessions = about.sessions.toLocaleString("en");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="pg-lastwill: what it costs, as ratios">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f; }
    .title { font-size: 15px; font-weight: 600; }
    .small { font-size: 11px; fill: #57606a; }
    .bar { fill: #4078c0; }
    .spread { stroke: #24292f; stroke-width: 1.5; }
    .grid { stroke: #d0d7de; }
    .one { stroke: #57606a; stroke-dasharray: 4 3; }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3; }
      .small { fill: #9198a1; }
      .bar { fill: #4f8fe6; }
      .spread { stroke: #e6edf3; }
      .grid { stroke: #3d444d; }
      .one { stroke: #9198a1; }
    }
  </style>
  <text class="title" x="16" y="24">Time with pg-lastwill / time of what it is compared with (1× = no difference)</text>
  <text class="small" x="16" y="42">${sessions} sessions, median of ${about.repeats} repeats, line: least to most; ${escaped(about.postgresql.split(" (")[0])}, ${about.date.slice(0, 10)}, ${escaped(about.commit)}</text>
${ticks.join("\n")}
${bars.join("\n")}
</svg>
`;
}

function bar(row, y, x) {
  const middle = y + ROW / 2 - 4;
  return `  <text x="${LEFT - 10}" y="${middle + 4}" text-anchor="end">${escaped(row.case)}</text>
  <rect class="bar" x="${LEFT}" y="${y}" width="${(x(row.ratio) - LEFT).toFixed(1)}" height="${ROW - 10}" rx="2"/>
  <line class="spread" x1="${x(row.min).toFixed(1)}" y1="${middle}" x2="${x(row.max).toFixed(1)}" y2="${middle}"/>
  <text x="${(x(Math.max(row.max, row.ratio)) + 8).toFixed(1)}" y="${middle + 4}">${row.ratio.toFixed(2)}</text>`;
}

function tickValues(largest) {
  const step = largest > 12 ? 4 : largest > 6 ? 2 : largest > 3 ? 1 : 0.5;
  const steps = Array.from({ length: Math.floor(largest / step) + 1 }, (_, index) => index * step);
  return [...new Set([...steps, 1])];
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
