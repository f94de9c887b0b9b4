import { byHand, differenceOf, type StandsOnIt } from "./difference.ts";
import { cannotRun, extra, notInstalled } from "./hand-findings.ts";
import { inPlaceOf } from "./in-place.ts";
import type { Difference } from "./repair.ts";
import type { Thing, WantedThing } from "./thing.ts";

/** What a lock wants, and what there is. */
export interface Compared {
  readonly wanted: readonly WantedThing[];
  readonly found: readonly Thing[];
  /** What could not be made of the lock's SQL here, by id, and why. */
  readonly failed: ReadonlyMap<string, string>;
  /** What stands on a view or a routine and has to go before it, by id. */
  readonly standsOn: ReadonlyMap<string, readonly string[]>;
}

/** Holds what is declared against what there is: a finding for each thing that is not as it is wanted. */
export function compareThings(compared: Compared): Difference[] {
  const { wanted, found, failed } = compared;
  const there = new Map(found.map((thing) => [thing.id, thing]));
  const declared = new Set([...wanted.map(({ id }) => id), ...failed.keys()]);
  if (!there.has("schema lastwill")) return [byHand(notInstalled())];
  const differences = new Map<string, Difference>();
  const told = new Set<string>();
  // Of a thing that is not there, or another, its parts tell nothing new.
  const isTold = (parent: string | null) =>
    told.has(parent ?? "") ||
    ["missing", "outdated", "extra"].includes(differences.get(parent ?? "")?.finding.state ?? "");
  for (const thing of [...wanted].sort(partsLast)) {
    if (isTold(thing.parent)) continue;
    const inPlace = there.has(thing.id) ? undefined : inPlaceOf(thing, found);
    if (inPlace) told.add(inPlace.id);
    const is = there.get(thing.id) ?? inPlace;
    const difference = differenceOf(thing, is, standingOn(is?.id ?? "", compared, declared));
    if (difference) differences.set(thing.id, difference);
  }
  for (const [id, reason] of failed) differences.set(id, byHand(cannotRun(id, reason)));
  for (const thing of [...found].sort(partsLast)) {
    if (declared.has(thing.id) || told.has(thing.id)) continue;
    if (isTold(thing.parent) || failed.has(thing.parent ?? "")) continue;
    // A name like ours on a table of people's may be theirs; a stamp is not.
    if (thing.stamp === null && !/ lastwill\./.test(thing.id)) continue;
    differences.set(thing.id, byHand(extra(thing)));
  }
  return [...differences.values()];
}

function partsLast(a: Thing, b: Thing): number {
  return Number(a.parent !== null) - Number(b.parent !== null);
}

/** What has to go before a thing can. */
function standingOn(id: string, { standsOn }: Compared, declared: ReadonlySet<string>): StandsOnIt {
  const all = (standsOn.get(id) ?? []).filter((above) => above !== id);
  return {
    ours: all.filter((above) => declared.has(above)),
    others: all.filter((above) => !declared.has(above)),
  };
}
