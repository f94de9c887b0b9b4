import type { DbObject } from "../objects/object.ts";
import { commentsOf } from "../plan/comments.ts";
import type { Step } from "../plan/diff.ts";
import type { Sql } from "../sql/quote.ts";
import type { Compared } from "./compare.ts";
import { doable } from "./doable.ts";
import { makes } from "./makes.ts";
import { type Difference, goingFor, type Repair } from "./repair.ts";
import { givenBack } from "./rights.ts";

/** While one of these was away, off or another, owners may have named rows that nobody tied. */
const TIES = /^(trigger|function|table) /;
const TIES_ANEW = /^(pending )?backfill of /;

/**
 * The lock's own SQL for what is missing or another than it should be, in its order: first what has to go, then what is
 * made or replaced, then rights. Triggers that are off are switched on. From before a trigger fires again until all is
 * tied anew, none that others may name ends.
 */
export function mendSteps(
  differences: readonly Difference[],
  compared: Compared,
  objects: readonly DbObject[],
): Step[] {
  const { objects: able, repairs } = doable(differences, compared, objects);
  const making = (things: readonly string[]) =>
    able.filter((object) => things.some((thing) => makes(object, thing)));
  const going = [...new Set(repairs.flatMap(({ repair }) => goingFor(repair)))];
  const anew = repairs.filter(({ repair: { kind } }) => kind.startsWith("make"));
  const made = making([...going, ...anew.map(({ thing }) => thing)]);
  const ids = new Set(made.map(({ id }) => id));
  const ties =
    repairs.some(({ repair }) => repair.kind === "enable") || made.some(({ id }) => TIES.test(id));
  const again = able.filter(
    ({ id }) => ids.has(id) || ids.has(followed(id)) || (ties && TIES_ANEW.test(id)),
  );
  const isLost = going.length > 0 || anew.some(({ isMissing }) => isMissing);
  const grants = isLost && able.length === objects.length ? able.filter(isGrant) : [];
  const commented = repairs.flatMap(({ thing, repair }) =>
    repair.kind === "comment" ? [thing] : [],
  );
  return [
    ...goSteps(going, objects),
    ...again.toSorted(byPlace).map((object) => stepOf(object, object.create.map(orReplace))),
    ...making(commented).map((object) => ownStep(object.id, commentsOf(object))),
    ...grants.map((object) => stepOf(object, object.create)),
    ...givenBackSteps(going, compared),
    ...repairs
      .toSorted((a, b) => Number(a.repair.kind === "enable") - Number(b.repair.kind === "enable"))
      .flatMap(({ thing, repair }) => runSteps(thing, repair, objects)),
  ];
}

/** The foreign key, or the table of ours, that an object comes again with; itself, where it comes by itself. */
function followed(id: string): string {
  return id
    .replace(/^(?:validation|orphans) of /, "")
    .replace(/^trigger .* on (?=lastwill\.)/s, "table ");
}

/** From the last to the first; what the lock does not know has the place of something that it makes. */
function goSteps(going: readonly string[], objects: readonly DbObject[]): Step[] {
  const known = objects.filter((object) => going.some((thing) => makes(object, thing)));
  const others = going.filter((thing) => !known.some((object) => makes(object, thing)));
  return [
    ...known.toReversed().map((object): Step => ({ ...stepOf(object, object.drop), verb: "drop" })),
    ...others.map((thing) => ownStep(thing, [`drop ${thing};` as Sql])),
  ];
}

/** Triggers after the note that a backfill is pending, and the backfill when all of them fire. */
function byPlace(a: DbObject, b: DbObject): number {
  const place = ({ id }: DbObject) =>
    id.startsWith("backfill of ") ? 2 : Number(id.startsWith("trigger "));
  return place(a) - place(b);
}

/** In place, where it is still there: what stands on it and the rights on it stay. */
function orReplace(create: Sql): Sql {
  return create.replace(/^create view /m, "create or replace view ") as Sql;
}

function isGrant({ id }: DbObject): boolean {
  return id.startsWith("grants of ");
}

function givenBackSteps(going: readonly string[], { wanted, found }: Compared): Step[] {
  return going.flatMap((id) => {
    const [was, is] = [found, wanted].map((things) => things.find((thing) => thing.id === id));
    const rights = was && is ? givenBack(is, was) : [];
    return rights.length > 0 ? [ownStep(id, rights)] : [];
  });
}

function runSteps(thing: string, repair: Repair, objects: readonly DbObject[]): Step[] {
  if (repair.kind !== "run" && repair.kind !== "enable") return [];
  const object = objects.find((each) => makes(each, thing));
  const locks = repair.kind === "enable" && object?.locks;
  return [ownStep(thing, [repair.sql as Sql], locks || [])];
}

/** A step with SQL that is no object's own. */
function ownStep(
  id: string,
  statements: readonly Sql[],
  locks: DbObject["locks"] & object = [],
): Step {
  return stepOf(
    { id, phase: "install", create: [], drop: [], replaces: true, needs: [], hazards: [], locks },
    statements,
  );
}

function stepOf(object: DbObject, statements: readonly Sql[]): Step {
  const { phase } = object;
  return {
    object,
    verb: "create",
    phase,
    statements,
    remade: false,
    keepsRows: false,
    partings: [],
  };
}
