import type { DbObject } from "../objects/object.ts";
import type { Compared } from "./compare.ts";
import { printedId } from "./printed-id.ts";
import type { Difference } from "./repair.ts";

/**
 * Ids of objects that cannot be made before somebody has thought of what they need: tried all the same, they would undo
 * the rest of a transaction.
 */
export function leftOut(
  differences: readonly Difference[],
  { wanted, failed }: Compared,
  objects: readonly DbObject[],
): ReadonlySet<string> {
  const parents = new Map(wanted.map(({ id, parent }) => [id, parent]));
  const unmade = new Set(
    differences.flatMap(({ finding: { object, state }, repair }) => {
      if (repair || (state !== "missing" && !failed.has(object))) return [];
      return object.startsWith("column ") ? [parents.get(object) ?? object] : [object];
    }),
  );
  const left = new Set<string>();
  for (const { id, needs } of objects) {
    if (unmade.has(printedId(id)) || needs.some((need) => left.has(need))) left.add(id);
  }
  return left;
}
