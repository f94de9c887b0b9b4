import type { Half } from "../plan/migration.ts";
import type { Sql } from "../sql/quote.ts";
import { splitStatements } from "../sql/split.ts";

/** Stands where a half has nothing to do. */
export const NOTHING = "-- Nothing to do this way.";

/** Lines as a comment, each after the mark of its language. */
export function comment(mark: string, lines: readonly string[]): string {
  return lines.map((line) => `${mark} ${line}`.trimEnd()).join("\n");
}

/** All statements of a half and those around them, one by one; none where there is nothing to do. */
export function statementsOf(half: Half): readonly Sql[] {
  return partsOf(half).flatMap(splitStatements);
}

/** A half as SQL text. */
export function sqlText(half: Half): string {
  const parts = partsOf(half);
  return parts.length > 0 ? parts.join("\n\n") : NOTHING;
}

function partsOf({ settings, statements, resets }: Half): readonly Sql[] {
  return [...settings, ...statements, ...resets];
}
