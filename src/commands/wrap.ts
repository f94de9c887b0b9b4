/**
 * A line as lines no wider than `columns`, broken at blanks, further ones indented as deep as the first and a little
 * more. `columns` is process.stdout.columns; undefined, off a terminal, and 0, of one that does not know, break nothing. A
 * longer word stays whole.
 */
export function wrapped(line: string, columns?: number): string[] {
  const width = columns || Infinity;
  const indent = /^ */.exec(line)?.[0] ?? "";
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(" ")) {
    const longer = current.trim() === "" ? current + word : `${current} ${word}`;
    if ([...longer].length <= width || current.trim() === "") current = longer;
    else {
      lines.push(current);
      current = `${indent}  ${word}`;
    }
  }
  return [...lines, current];
}
