import colors from "picocolors";

/** The width of a terminal nobody has to widen. */
const WIDTH = 78;

/** A chapter's title. */
export function title(text: string): string {
  return `\n${colors.bold(colors.cyan(`── ${text} ${"─".repeat(Math.max(0, WIDTH - text.length - 4))}`))}`;
}

/** Something quoted: a file, or SQL. */
export function quoted(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => colors.dim(`  │ ${line}`))
    .join("\n");
}

/** A table with its numbers to the right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [header, ...rows.map((row) => row.map(String))];
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? "").length)),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("   "),
  );
  return lines.map((line, index) => `  ${index === 0 ? colors.bold(line) : line}`).join("\n");
}
