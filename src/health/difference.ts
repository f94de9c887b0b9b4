import type { Finding } from "./finding.ts";
import { notValid } from "./hand-findings.ts";
import { renameOf } from "./in-place.ts";
import { MEND, MIGRATE } from "./mends.ts";
import type { Difference, Repair } from "./repair.ts";
import { isReplaceable } from "./replaceable.ts";
import { otherRights, rightsSql } from "./rights.ts";
import type { Thing, WantedThing } from "./thing.ts";

/** What stands on a thing and has to go before it: of the lock, and of others. */
export interface StandsOnIt {
  readonly ours: readonly string[];
  readonly others: readonly string[];
}

/** How one thing that is wanted differs from what there is of it, or from what has its place. */
export function differenceOf(
  wanted: WantedThing,
  found: Thing | undefined,
  stands: StandsOnIt,
): Difference | undefined {
  if (!found) return missing(wanted);
  if (found.id !== wanted.id) return displaced(wanted, found, stands);
  return (
    otherStamp(wanted, found) ??
    otherDefinition(wanted, found, stands) ??
    rightsDiffer(wanted, found) ??
    switchedOff(found) ??
    (wanted.valid && !found.valid ? byHand(notValid(found)) : undefined)
  );
}

/** What somebody has to think about. */
export function byHand(finding: Finding): Difference {
  return { finding, repair: undefined };
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
function displaced(wanted: WantedThing, found: Thing, stands: StandsOnIt): Difference {
  const what = `${found.id} is in its place`;
  if (/^(function|procedure|aggregate) /.test(found.id))
    return madeAnew({ state: "missing", object: wanted.id, what }, found.id, stands);
  const mend = `look at what it holds, and: ${renameOf(found)}; then check again`;
  return byHand({ state: "missing", object: wanted.id, what, mend });
}

function madeAnew(
  told: Omit<Finding, "mend">,
  goes: string,
  { ours, others }: StandsOnIt,
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
  stands: StandsOnIt,
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
