import { UsageError } from "../exit.ts";

/**
 * Throws unless a file has exactly the marks that were put into it. Quoting keeps names from making
 * one; but a condition of the manifest is taken as it is, and a tool would cut the file there too.
 *
 * @param mark finds each mark as the tool does; a global expression
 */
export function assertMarks(text: string, mark: RegExp, count: number, tool: string): void {
  const marks = text.match(mark) ?? [];
  if (marks.length === count) return;
  throw new UsageError(
    `something in the SQL reads like a mark of ${tool}, which would cut the migration there: one of ` +
      `${JSON.stringify(marks)}\n` +
      "  Write it in another way where it comes from: a keep_when, a guard, or a foreign key of yours.",
  );
}
