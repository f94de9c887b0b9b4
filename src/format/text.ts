import type { Half } from "../plan/migration.ts";
import type { Sql } from "../sql/quote.ts";

/** Lines as a comment, each after the mark of its language. */
export function comment(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}`.trimEnd()).join("\n");
}

/** All statements of a half with those around them; none where there is nothing to do. */
export function statementsOf({ settings, statements, resets }: Half): readonly Sql[] {
  return [...settings, ...statements, ...resets];
}

/** A half as SQL text. */
export function sqlText(half: Half): string {
  const statements = statementsOf(half);
  return statements.length > 0 ? statements.join("\n\n") : "-- Nothing to do this way.";
}
