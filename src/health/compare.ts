import type { Finding } from "./finding.ts";
import { cannotRun, extra, notInstalled, notValid } from "./hand-findings.ts";
import { inPlaceOf, renameOf } from "./in-place.ts";
import { MEND, MIGRATE } from "./mends.ts";
import type { Difference, Repair } from "./repair.ts";
import { isReplaceable } from "./replaceable.ts";
import { otherRights, rightsSql } from "./rights.ts";
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
    const difference = differenceOf(thing, there.get(thing.id) ?? inPlace, compared, declared);
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

/** What somebody has to think about. */
function byHand(finding: Finding): Difference {
  return { finding, repair: undefined };
}

function partsLast(a: Thing, b: Thing): number {
  return Number(a.parent !== null) - Number(b.parent !== null);
}

function differenceOf(
  wanted: WantedThing,
  found: Thing | undefined,
  compared: Compared,
  declared: ReadonlySet<string>,
): Difference | undefined {
  if (!found) return missing(wanted);
  const stands = standingOn(found.id, compared, declared);
  if (found.id !== wanted.id) return displaced(wanted, found, stands);
  return (
    otherStamp(wanted, found) ??
    otherDefinition(wanted, found, stands) ??
    rightsDiffer(wanted, found) ??
    switchedOff(found) ??
    (wanted.valid && !found.valid ? byHand(notValid(found)) : undefined)
  );
}

/** What has to go before a thing can: of the lock, and of others. */
interface Standing {
  readonly ours: readonly string[];
  readonly others: readonly string[];
}

function standingOn(id: string, { standsOn }: Compared, declared: ReadonlySet<string>): Standing {
  const all = (standsOn.get(id) ?? []).filter((above) => above !== id);
  return {
    ours: all.filter((above) => declared.has(above)),
    others: all.filter((above) => !declared.has(above)),
  };
}

function missing(wanted: WantedThing): Difference {
  const finding = (mend: string): Finding => ({
    state: "missing",
    object: wanted.id,
    what: "it is not there",
    mend: `${MIGRATE}; if it has run: ${mend}`,
  });
  const { id, parent, definition } = wanted;
  if (!isInTable(wanted)) return { finding: finding(MEND), repair: { kind: "make" } };
  if (id.startsWith("index ") && definition) {
    return { finding: finding(MEND), repair: { kind: "run", sql: `${definition};` } };
  }
  const [, name, table] = /^constraint (.*) on (.*)$/s.exec(id) ?? [];
  // Rows that break it are for somebody to look at.
  if (name !== undefined && definition)
    return byHand(finding(`alter table ${table} add constraint ${name} ${definition};`));
  return byHand(finding(inMigrations(parent ?? id)));
}

/** Something of another kind has its name. A routine holds nothing that could be lost; anything else may. */
function displaced(wanted: WantedThing, found: Thing, stands: Standing): Difference {
  const what = `${found.id} is in its place`;
  if (/^(function|procedure|aggregate) /.test(found.id))
    return madeAnew({ state: "missing", object: wanted.id, what }, found.id, stands);
  const mend = `look at what it holds, and: ${renameOf(found)}; then check again`;
  return byHand({ state: "missing", object: wanted.id, what, mend });
}

function madeAnew(
  told: Omit<Finding, "mend">,
  goes: string,
  { ours, others }: Standing,
): Difference {
  if (others.length === 0) {
    return { finding: { ...told, mend: MEND }, repair: { kind: "make anew", goes, with: ours } };
  }
  const [stand, them] = others.length === 1 ? ["stands", "it"] : ["stand", "them"];
  return byHand({
    ...told,
    what: `${told.what}; it cannot be replaced, and ${others.join(", ")} ${stand} on it`,
    mend: `drop ${them}, check again, and make ${them} anew at the end`,
  });
}

function otherStamp(wanted: WantedThing, found: Thing): Difference | undefined {
  if (wanted.stamp === null || found.stamp === null || wanted.stamp === found.stamp)
    return undefined;
  const what = "it is of another generation than the lock";
  const finding: Finding = { state: "outdated", object: wanted.id, what, mend: MIGRATE };
  const isWordedAlike = wanted.definition !== null && !isOtherDefinition(wanted, found);
  if (!isWordedAlike) return byHand(finding);
  return {
    finding: {
      ...finding,
      what: `${what}, by its comment alone`,
      mend: `${MIGRATE}; if it has run: ${MEND}`,
    },
    repair: { kind: "comment" },
  };
}

function otherDefinition(
  wanted: WantedThing,
  found: Thing,
  stands: Standing,
): Difference | undefined {
  if (!isOtherDefinition(wanted, found)) return undefined;
  const { id, parent, definition } = wanted;
  const what = "its definition is not the one in the lock";
  const told = { state: "tampered", object: id, what } as const;
  if (isInTable(wanted) && id.startsWith("index ") && definition) {
    const sql = `drop ${id};\n${definition};`;
    return { finding: { ...told, mend: MEND }, repair: { kind: "run", sql } };
  }
  if (isInTable(wanted) || /^(table|column|constraint|sequence|schema) /.test(id))
    return byHand({ ...told, mend: inMigrations(parent ?? id) });
  if (isReplaceable(wanted, found))
    return { finding: { ...told, mend: MEND }, repair: { kind: "make" } };
  return madeAnew(told, id, stands);
}

function isOtherDefinition(wanted: WantedThing, { definition }: Thing): boolean {
  return definition !== null && !isWordedSo(wanted, definition);
}

/** A part of a table of ours comes with the table. */
function isInTable({ id, parent }: Thing): boolean {
  return parent !== null && !id.startsWith("trigger ");
}

function inMigrations(id: string): string {
  return `compare it with ${id} in the migrations`;
}

function isWordedSo(wanted: WantedThing, found: string): boolean {
  if (wanted.definition === null) return hasBodyIn(wanted.source, found);
  return found === wanted.definition || found === wanted.alsoWorded;
}

/** Only a routine that was made of this SQL has a body that is in it. */
function hasBodyIn(source: string | undefined, found: string): boolean {
  const [, , body] = /^AS (\$\w*\$)(.*)\1$/ms.exec(found) ?? [];
  return source === undefined || body === undefined || source.includes(body);
}

function rightsDiffer(wanted: Thing, found: Thing): Difference | undefined {
  const rights = otherRights(wanted, found);
  const what = [
    ...rights.open.map((right) => `${right} is too much`),
    ...rights.lacking.map((right) => `${right} is lacking`),
  ].join(", ");
  if (what === "") return undefined;
  const sql = rightsSql(wanted.id, rights);
  const repair: Repair = { kind: "run", sql };
  return { finding: { state: "tampered", object: wanted.id, what, mend: sql }, repair };
}

const SWITCHED = {
  D: ["disabled", "it is switched off"],
  R: ["disabled", "it fires under session_replication_role = replica alone"],
  A: ["tampered", "it fires under session_replication_role = replica too"],
} as const;

function switchedOff({ id, enabled }: Thing): Difference | undefined {
  if (enabled === "O") return undefined;
  const [state, what] = SWITCHED[enabled];
  const [, trigger = "", table = ""] = /^trigger (.*) on (.*)$/s.exec(id) ?? [];
  const sql = `alter table ${table} enable trigger ${trigger};`;
  return { finding: { state, object: id, what, mend: sql }, repair: { kind: "enable", sql } };
}
