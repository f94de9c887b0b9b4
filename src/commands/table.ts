import { cut } from "./cut.ts";

/** A column of a table on a terminal. */
export interface TableColumn {
  readonly head: string;
  /** Numbers stand right. */
  readonly right?: true;
  /** What is cut, with an ellipsis, where the table is wider than the terminal. */
  readonly cut?: true;
}

const GAP = "  ";
/** A column is not cut to less, however narrow the terminal. */
const LEAST = 8;

/**
 * A table as lines, head first, each no wider than `width` characters where columns that may be cut make that
 * possible. `width` is process.stdout.columns; undefined, off a terminal, and 0, of one that
 * does not know, cut nothing.
 */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width?: number,
): string[] {
  const lines = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => characters(line[at]))));
  let over =
    widths.reduce((sum, each) => sum + each + GAP.length, -GAP.length) - (width || Infinity);
  for (const [at, column] of columns.entries()) {
    const was = widths[at] ?? 0;
    if (!column.cut || over <= 0 || was <= LEAST) continue;
    widths[at] = Math.max(was - over, LEAST);
    over -= was - (widths[at] ?? 0);
  }
  return lines.map((line) =>
    columns
      .map(({ right }, at) => padded(line[at] ?? "", widths[at] ?? 0, right))
      .join(GAP)
      .trimEnd(),
  );
}

function padded(text: string, width: number, right: true | undefined): string {
  const shown = cut(text, width);
  const space = " ".repeat(width - characters(shown));
  return right ? space + shown : shown + space;
}

function characters(text = ""): number {
  return [...text].length;
}
