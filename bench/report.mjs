import { GROUPS } from "./groups.mjs";

const HEADINGS = ["case", "measured", "against", "ratio", "spread", "time", ""];

/** All comparisons, a table for each group, in Markdown that is legible as it is. */
export function report({ about, results }) {
  const groups = Object.keys(about.groups).filter((name) => results.some(isOf(name)));
  return `${[
    "",
    ...groups.flatMap((group) => [
      heading(group, about),
      "",
      table(results.filter(isOf(group))),
      "",
    ]),
    "ratio: median of the time measured / the time it is compared with, repeat by repeat (least..most).",
    ...about.notes,
    ...provenance(about),
  ].join("\n")}\n`;
}

const isOf = (name) => (result) => result.group === name;

/** What a group's table is headed with. */
export function heading(group, about) {
  const { size, repeats } = about.groups[group];
  return `**${GROUPS[group].title}** (${group}): ${size.toLocaleString("en")} sessions, rows ${about.children}, ${repeats} repeats`;
}

/** Where the figures are from. */
export function provenance(about) {
  const [before, after] = [about.loadAverage.before[0], about.loadAverage.after[0]];
  return [
    `${about.date} UTC, commit ${about.commit}, \`${about.command}\``,
    `${about.machine}; ${about.postgresql.split(" on ")[0]}; load ${before.toFixed(1)} before, ${after.toFixed(1)} after`,
  ];
}

/** Comparisons as one table. */
export function table(results) {
  const rows = [HEADINGS, ...results.map(cells)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(HEADINGS), rule, ...rows.slice(1).map(line)].join("\n");
}

function cells(result) {
  return [
    result.case,
    result.ours,
    result.theirs,
    figure(result.ratio),
    `${figure(result.min)}..${figure(result.max)}`,
    `${figure(result.oursMedian)} / ${figure(result.theirsMedian)} ${result.unit}`,
    remark(result),
  ];
}

/** Three digits or so. */
export function figure(value) {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function remark({ noise, atMost, ratio, remark: said = "" }) {
  if (noise) return "noise floor";
  if (atMost === undefined) return said;
  return ratio <= atMost ? `≤ ${atMost} held` : `≤ ${atMost} MISSED`;
}
