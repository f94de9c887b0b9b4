import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { MEND } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { makes } from "./makes.ts";
import { printedId } from "./printed-id.ts";

/** What can neither be replaced where it is, nor stay when what it needs goes. */
const STANDS_ON_OTHERS = /^(view|foreign key) /;
/** While one of these was away, off or another, owners may have named rows that nobody tied. */
const TIES = /^(trigger|function|table) /;
const TIES_ANEW = /^(pending )?backfill of /;

/**
 * The lock's own SQL for what is missing or another than it should be, in its order: first what has to go, then what is
 * made anew with all that needs it, then the grants, of which some went with it. Triggers that are off are switched on.
 * From before a trigger fires again until all is tied anew, none that others may name ends.
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
  const on = findings.flatMap(switchesOn);
  const going = anew.filter(({ id }) => isDropped(id, findings)).reverse();
  const granting = anew.length > 0 ? objects.filter(({ id }) => id.startsWith("grants of ")) : [];
  const tying = on.length > 0 || anew.some(({ id }) => TIES.test(id));
  const made = objects.filter(
    ({ id }) => (ids.has(id) || (tying && TIES_ANEW.test(id))) && !id.startsWith("grants of "),
  );
  const isLast = ({ id }: DbObject) => id.startsWith("backfill of ");
  return [
    ...going.flatMap(({ drop }) => drop),
    ...tiesLast(made.filter((object) => !isLast(object))).flatMap(({ create }) => create),
    ...granting.flatMap(({ create }) => create),
    ...on,
    ...made.filter(isLast).flatMap(({ create }) => create),
  ];
}

/** Triggers after the note that a backfill is pending. */
function tiesLast(objects: readonly DbObject[]): DbObject[] {
  const isTrigger = ({ id }: DbObject) => id.startsWith("trigger ");
  return [...objects.filter((object) => !isTrigger(object)), ...objects.filter(isTrigger)];
}

function switchesOn({ mend }: Finding): Sql[] {
  return /^alter table .* enable trigger .*;$/s.test(mend) ? [mend as Sql] : [];
}

function isDropped(id: string, findings: readonly Finding[]): boolean {
  const isMissing = findings.some(
    ({ object, state }) => object === printedId(id) && state === "missing",
  );
  return !isMissing && STANDS_ON_OTHERS.test(id);
}
