import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { MEND } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { printedId } from "./printed-id.ts";

/**
 * The lock's own SQL for what is missing or another than it should be, in its order: first what has to go, then what is
 * made anew with all that needs it, then the grants, of which some went with it.
 */
export function mendSql(findings: readonly Finding[], objects: readonly DbObject[]): Sql[] {
  const mendable = new Set(
    findings.flatMap(({ mend, object }) => (mend.includes(MEND) ? object : [])),
  );
  const ids = new Set<string>();
  for (const { id, needs, replaces } of objects) {
    const isGone = !replaces && needs.some((need) => ids.has(need));
    if (
      mendable.has(printedId(id)) ||
      isGone ||
      ids.has(id.replace(/^(validation|orphans) of /, ""))
    )
      ids.add(id);
  }
  const anew = objects.filter(({ id }) => ids.has(id));
  const going = anew.filter(({ id }) => isDropped(id, findings)).reverse();
  const granting = anew.length > 0 ? objects.filter(({ id }) => id.startsWith("grants of ")) : [];
  const making = anew.filter(({ id }) => !id.startsWith("grants of "));
  return [
    ...going.flatMap(({ drop }) => drop),
    ...[...making, ...granting].flatMap(({ create }) => create),
  ];
}

/** What can neither be replaced where it is nor drops itself. */
function isDropped(id: string, findings: readonly Finding[]): boolean {
  const isMissing = findings.some(
    ({ object, state }) => object === printedId(id) && state === "missing",
  );
  return !isMissing && /^(view|foreign key) /.test(id);
}
