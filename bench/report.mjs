const HEADINGS = ["case", "measured", "against", "ratio", "spread", "time", ""];

/** The comparisons as a table, in Markdown that is legible as it is. */
export function table(results, about) {
  const rows = [HEADINGS, ...results.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `${[
    "",
    line(HEADINGS),
    rule,
    ...rows.slice(1).map(line),
    "",
    "ratio: median of the time measured / the time it is compared with, repeat by repeat (min..max).",
    `${about.sessions.toLocaleString("en")} sessions, ${about.repeats} repeats, ${about.date} UTC, commit ${about.commit}`,
    `${about.machine}; ${about.postgresql.split(" on ")[0]}; load ${load(about)}`,
    about.command,
  ].join("\n")}\n`;
}

function load({ loadAverage }) {
  return `${loadAverage.before[0].toFixed(1)} before, ${loadAverage.after[0].toFixed(1)} after`;
}

function cells(result) {
  const digits = result.unit === "µs" ? 1 : 0;
  return [
    result.case,
    result.ours,
    result.theirs,
    result.ratio.toFixed(2),
    `${result.min.toFixed(2)}..${result.max.toFixed(2)}`,
    `${result.oursMedian.toFixed(digits)} / ${result.theirsMedian.toFixed(digits)} ${result.unit}`,
    remark(result),
  ];
}

function remark({ noise, atMost, ratio }) {
  if (noise) return "noise floor";
  if (atMost === undefined) return "";
  return ratio <= atMost ? `≤ ${atMost} held` : `≤ ${atMost} MISSED`;
}
