import type { DbObject, TableLock } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { codeOf, commentsOf } from "./comments.ts";
import type { Step } from "./diff.ts";
import { type Named, namesIn } from "./names-in.ts";

/** An object of the last generation that stays, under another name. */
interface Pair {
  /** As the lock has it. */
  readonly old: DbObject;
  /** As it would be made today under its former name, and under its new one. */
  readonly former: DbObject;
  readonly wanted: DbObject;
}

/** How a generation renames what stays, instead of dropping it and making it anew. */
export interface Renamed {
  readonly up: Step[];
  readonly down: Step[];
  /** The last generation's objects as they are once `up` has run. */
  readonly before: DbObject[];
  /** Objects wanted as they are once `down` has run; those that were not renamed are left as they are. */
  readonly backIn: (after: readonly DbObject[]) => DbObject[];
}

/**
 * @param before the last generation's objects
 * @param former the objects wanted, were nothing renamed
 * @param wanted the objects wanted, in the same order
 */
export function renamesOf(
  before: readonly DbObject[],
  former: readonly DbObject[],
  wanted: readonly DbObject[],
): Renamed {
  const pairs = pairsOf(before, former, wanted);
  const now = new Map(pairs.map((pair) => [pair.old.id, pair.wanted]));
  const then = new Map(pairs.map((pair) => [pair.wanted.id, pair.old]));
  const ids = new Map(former.map(({ id }, index) => [id, wanted[index]?.id ?? id]));
  return {
    up: pairs.map(({ old, former, wanted }) => step(old, former, wanted, wanted)),
    down: pairs.map(({ old, former, wanted }) => step(wanted, wanted, former, old)),
    before: before.map((object) => {
      const { follows } = object;
      const its = now.get(object.id) ?? object;
      return follows === undefined ? its : { ...its, follows: ids.get(follows) ?? follows };
    }),
    backIn: (after) => after.map((object) => then.get(object.id) ?? object),
  };
}

/** What can stay: as it was made, by another name, and with all that it needs. */
function pairsOf(
  before: readonly DbObject[],
  former: readonly DbObject[],
  wanted: readonly DbObject[],
): Pair[] {
  const there = new Map(before.map((object) => [object.id, object]));
  const moved = new Set<string>();
  const pairs: Pair[] = [];
  for (const [index, one] of former.entries()) {
    const other = wanted[index];
    const old = there.get(one.id);
    if (!other || !old || one.id === other.id || there.has(other.id)) continue;
    const stands = one.needs.every((need) => !isRenamed(need, former, wanted) || moved.has(need));
    if (!stands || !canStay(old, one)) continue;
    moved.add(one.id);
    pairs.push({ old, former: one, wanted: other });
  }
  return pairs;
}

function isRenamed(id: string, former: readonly DbObject[], wanted: readonly DbObject[]): boolean {
  const place = former.findIndex((object) => object.id === id);
  return place >= 0 && wanted[place]?.id !== id;
}

/** Triggers, functions and views are cheaper made anew. */
function canStay(old: DbObject, former: DbObject): boolean {
  if (codeOf(old) !== codeOf(former) || old.content !== former.content) return false;
  return namesIn(old).length > 0 || DECLARED.test(old.id) || DONE.test(old.id);
}

const DECLARED = /^(edge|owner) (.*)$/s;
/** Done once for the thing that it is about, and done for it under any name. */
const DONE = /^(?:validation|orphans) of /;

function step(from: DbObject, was: DbObject, now: DbObject, to: DbObject): Step {
  const [before, after] = [namesIn(was), namesIn(now)];
  const statements = before.flatMap((name, index) => renameSql(name, after[index]));
  const comments = statements.length > 0 ? commentsOf(to) : [];
  return {
    object: { ...to, hazards: [], locks: locksFor(before, from) },
    verb: "create",
    phase: "install",
    statements: [...statements, ...comments, ...declaredSql(was.id, now.id)],
    // Under that name it is new.
    remade: false,
    keepsRows: true,
    partings: [],
  };
}

function locksFor(names: readonly Named[], { locks = [] }: DbObject): TableLock[] {
  const tables = new Set(names.filter(({ kind }) => kind !== "index").map(({ on }) => on));
  return locks
    .filter(({ table }) => tables.has(table))
    .map(({ table }) => ({ table, create: "access exclusive", drop: "access exclusive" }));
}

function renameSql({ kind, name, on }: Named, now: Named | undefined): Sql[] {
  if (!now) throw new RangeError(`${name} has no new name`);
  if (now.name === name) return [];
  const bare = unqualified(now.name);
  switch (kind) {
    case "table":
    case "sequence":
      return [`alter ${kind} ${name}\n  rename to ${bare};` as Sql];
    case "index":
      return [`alter index ${schemaOf(on)}.${name}\n  rename to ${bare};` as Sql];
    case "constraint":
      return [`alter table ${now.on}\n  rename constraint ${name} to ${bare};` as Sql];
  }
}

/** What the queues hold of an edge or an owner follows it to its new name. */
function declaredSql(was: string, now: string): Sql[] {
  const [, kind, former] = DECLARED.exec(was) ?? [];
  const [, , name] = DECLARED.exec(now) ?? [];
  if (kind === undefined || former === undefined || name === undefined) return [];
  return [render(`declared/${kind}_renamed.sql`, { was: former, now: name })];
}

const PARTS = /^((?:U&)?"(?:[^"]|"")*"|[a-z_]\w*)\.(.*)$/s;

function unqualified(name: Sql): Sql {
  return (PARTS.exec(name)?.[2] ?? name) as Sql;
}

function schemaOf(name: Sql): Sql {
  return (PARTS.exec(name)?.[1] ?? name) as Sql;
}
