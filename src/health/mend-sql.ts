import type { DbObject } from "../objects/object.ts";
import { type Half, session, transaction } from "../plan/migration.ts";
import type { Sql } from "../sql/quote.ts";
import type { Compared } from "./compare.ts";
import { mendSteps } from "./mend-steps.ts";
import type { Difference } from "./repair.ts";

const AFTER =
  "-- None of what follows can be in a transaction. If some of it fails, check again." as Sql;

/**
 * What `check --mend` prints, none where there is nothing to mend: one transaction, so that all of it is done or
 * nothing, and after that what can be in none.
 */
export function mendSql(
  differences: readonly Difference[],
  compared: Compared,
  objects: readonly DbObject[],
): Sql[] {
  const steps = mendSteps(differences, compared, objects);
  const inside = steps.filter(({ phase }) => phase === "install");
  const after = steps.filter(({ phase }) => phase !== "install");
  return [
    ...(inside.length > 0
      ? ["begin;" as Sql, ...allOf(transaction(inside)), "commit;" as Sql]
      : []),
    ...(after.length > 0 ? [AFTER, ...allOf(session(after))] : []),
  ];
}

function allOf({ settings, statements, resets }: Half): readonly Sql[] {
  return [...settings, ...statements, ...resets];
}
