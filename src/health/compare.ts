import type { Finding } from "./finding.ts";
import type { Thing, WantedThing } from "./thing.ts";

/** What mends an object: its SQL from the lock, run once more. */
export const MEND = 'lastwill check --mend | psql "$DATABASE_URL"';
const MIGRATE = "lastwill migrate up";
/** What mends a lock that is behind the manifest or the tables. */
export const GENERATE: string = `gen-migrations, and ${MIGRATE}`;

/** What a lock wants, and what there is. */
export interface Compared {
  readonly wanted: readonly WantedThing[];
  readonly found: readonly Thing[];
  /** What could not be made of the lock's SQL here, by id, and why. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Holds what is declared against what there is: a finding for each thing that is not as it is wanted. */
export function compareThings({ wanted, found, failed }: Compared): Finding[] {
  const there = new Map(found.map((thing) => [thing.id, thing]));
  const declared = new Set([...wanted.map(({ id }) => id), ...failed.keys()]);
  if (!there.has("schema lastwill")) return [notInstalled()];
  const findings = new Map<string, Finding>();
  // Of a thing that is not there, or another, its parts tell nothing new.
  const told = (parent: string | null) =>
    ["missing", "outdated", "extra"].includes(findings.get(parent ?? "")?.state ?? "");
  for (const thing of [...wanted].sort(partsLast)) {
    if (told(thing.parent)) continue;
    const finding = difference(thing, there.get(thing.id));
    if (finding) findings.set(thing.id, finding);
  }
  for (const [id, reason] of failed) findings.set(id, cannotRun(id, reason));
  for (const thing of [...found].sort(partsLast)) {
    if (declared.has(thing.id) || told(thing.parent) || failed.has(thing.parent ?? "")) continue;
    // A name like ours on a table of people's may be theirs; a stamp is not.
    if (thing.stamp === null && !/ lastwill\./.test(thing.id)) continue;
    findings.set(thing.id, extra(thing));
  }
  return [...findings.values()];
}

function notInstalled(): Finding {
  const what = "nothing of what is declared is installed";
  return { state: "missing", object: "schema lastwill", what, mend: MIGRATE };
}

function partsLast(a: Thing, b: Thing): number {
  return Number(a.parent !== null) - Number(b.parent !== null);
}

function difference(wanted: WantedThing, found: Thing | undefined): Finding | undefined {
  const object = wanted.id;
  if (!found) {
    const byLock = isInTable(wanted) ? byHand(wanted) : MEND;
    const mend = `${MIGRATE}; if it has run: ${byLock}`;
    return { state: "missing", object, what: "it is not there", mend };
  }
  if (wanted.stamp !== null && found.stamp !== null && wanted.stamp !== found.stamp) {
    const what = "it is of another generation than the lock";
    return { state: "outdated", object, what, mend: MIGRATE };
  }
  return (
    otherDefinition(wanted, found) ??
    otherRights(wanted, found) ??
    switchedOff(found) ??
    (wanted.valid && !found.valid ? notValid(found) : undefined)
  );
}

function otherDefinition(wanted: WantedThing, { definition }: Thing): Finding | undefined {
  if (definition === null || isWordedSo(wanted, definition)) return undefined;
  const isTable =
    isInTable(wanted) || /^(table|column|constraint|sequence|schema) /.test(wanted.id);
  return {
    state: "tampered",
    object: wanted.id,
    what: "its definition is not the one in the lock",
    mend: isTable ? byHand(wanted) : MEND,
  };
}

/** A part of a table of ours comes with the table, and cannot be made alone. */
function isInTable({ id, parent }: Thing): boolean {
  return parent !== null && !id.startsWith("trigger ");
}

function byHand({ id, parent }: Thing): string {
  return `compare it with ${parent ?? id} in the migrations`;
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

function otherRights(wanted: Thing, found: Thing): Finding | undefined {
  const open = found.rights.filter(
    (right) => right.startsWith("public: ") && !wanted.rights.includes(right),
  );
  const lacking = wanted.rights.filter((right) => !found.rights.includes(right));
  const what = [
    ...open.map((right) => `${right} is too much`),
    ...lacking.map((right) => `${right} is lacking`),
  ].join(", ");
  if (what === "") return undefined;
  return { state: "tampered", object: wanted.id, what, mend: MEND };
}

const SWITCHED = {
  D: ["disabled", "it is switched off"],
  R: ["disabled", "it fires under session_replication_role = replica alone"],
  A: ["tampered", "it fires under session_replication_role = replica too"],
} as const;

function switchedOff({ id, enabled }: Thing): Finding | undefined {
  if (enabled === "O") return undefined;
  const [state, what] = SWITCHED[enabled];
  const [, trigger = "", table = ""] = /^trigger (.*) on (.*)$/s.exec(id) ?? [];
  return { state, object: id, what, mend: `alter table ${table} enable trigger ${trigger};` };
}

function notValid({ id }: Thing): Finding {
  const [, name = "", table = ""] = /^(?:foreign key|constraint) (.*) on (.*)$/s.exec(id) ?? [];
  if (name === "") {
    const what = "its build was cut off; no query uses it";
    return {
      state: "invalid",
      object: id,
      what,
      mend: `reindex ${id.replace("index ", "index concurrently ")};`,
    };
  }
  const what = "rows from before it was made were never checked";
  return {
    state: "not valid",
    object: id,
    what,
    mend: `alter table ${table} validate constraint ${name};`,
  };
}

function cannotRun(id: string, reason: string): Finding {
  return {
    state: "outdated",
    object: id,
    what: `the lock's SQL for it does not run here any more: ${reason}`,
    mend: GENERATE,
  };
}

function extra({ id }: Thing): Finding {
  const [kind = "", rest = ""] = [id.replace(/ .*/s, ""), id.slice(id.indexOf(" ") + 1)];
  return {
    state: "extra",
    object: id,
    what: "nothing in the lock makes it",
    mend: `${MIGRATE}; if it has run and you do not need it: ${dropOf(id, kind, rest)}`,
  };
}

function dropOf(id: string, kind: string, rest: string): string {
  const [, name = "", table = ""] = /^(?:foreign key|constraint) (.*) on (.*)$/s.exec(id) ?? [];
  if (name !== "") return `alter table ${table} drop constraint ${name};`;
  const [, column = "", columnTable = ""] =
    /^column ((lastwill\..*)\.(?:"[^"]*"|[^".]+))$/s.exec(id) ?? [];
  if (column !== "")
    return `alter table ${columnTable} drop column ${column.slice(columnTable.length + 1)};`;
  return `drop ${kind === "index" ? "index concurrently" : kind === "materialized" ? "" : kind} ${rest};`;
}
