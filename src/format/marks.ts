/**
 * Throws unless a file has the marks that were put into it, and no other: its tool would cut it there.
 * Quoting keeps names from making one; this keeps the rest from it.
 *
 * @param mark finds every mark, as the tool does; a global expression
 */
export function assertMarks(text: string, mark: RegExp, count: number): void {
  const marks = text.match(mark) ?? [];
  if (marks.length !== count)
    throw new Error(`something in the SQL reads like a mark: ${marks.join(", ")}`);
}
