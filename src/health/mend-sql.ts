import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { MEND } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { makes } from "./makes.ts";
import { printedId } from "./printed-id.ts";

/** What can neither be replaced where it is, nor stay when what it needs goes. */
const STANDS_ON_OTHERS = /^(view|foreign key) /;

/**
 * The lock's own SQL for what is missing or another than it should be, in its order: first what has to go, then what is
 * made anew with all that needs it, then the grants, of which some went with it.
 */
export function mendSql(findings: readonly Finding[], objects: readonly DbObject[]): Sql[] {
  const mendable = findings.filter(({ mend }) => mend.includes(MEND));
  const ids = new Set<string>();
  for (const each of objects) {
    const { id, needs } = each;
    const isGone = STANDS_ON_OTHERS.test(id) && needs.some((need) => ids.has(need));
    if (
      mendable.some(({ object }) => makes(each, object)) ||
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

function isDropped(id: string, findings: readonly Finding[]): boolean {
  const isMissing = findings.some(
    ({ object, state }) => object === printedId(id) && state === "missing",
  );
  return !isMissing && STANDS_ON_OTHERS.test(id);
}
