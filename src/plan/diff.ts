import { isSameTable } from "../graph.ts";
import type { DbObject, Phase } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { carryOver } from "./carried-rows.ts";
import { codeOf, commentsOf } from "./comments.ts";

/** Statements to run in one phase, for one object. */
export interface Step {
  readonly object: DbObject;
  readonly verb: "create" | "drop";
  readonly phase: Phase;
  readonly statements: readonly Sql[];
  /** Whether the object is one that there was before (when it is made), or will be after (when it goes). */
  readonly remade: boolean;
  /** Whether a table that is remade keeps its rows. */
  readonly keepsRows: boolean;
  /** What it means that this goes, where something is given up with it. */
  readonly partings: readonly string[];
}

const MIRRORED: Readonly<Record<Phase, Phase>> = {
  before: "after",
  install: "install",
  after: "before",
};

/**
 * How to get from the objects of the last generation to those wanted now: drops from last to first,
 * then creations from first to last. The way back is the same question with the two exchanged.
 *
 * An object that changed is replaced in place where it can be; else it goes and comes again, and with
 * it all that cannot stand without it. Where only words about it changed, only they are.
 */
export function diff(before: readonly DbObject[], after: readonly DbObject[]): Step[] {
  const former = new Map(before.map((object) => [object.id, object]));
  const wanted = new Map(after.map((object) => [object.id, object]));
  const dropped = droppedOf(before, wanted);
  const drops = before.filter(({ id }) => dropped.has(id)).reverse();
  const all = dropped.has("schema lastwill");
  return [
    ...drops.map((object) => dropStep(object, wanted.get(object.id), all)),
    ...after.flatMap((object) => {
      const old = former.get(object.id);
      return old && !dropped.has(object.id) ? changeSteps(old, object) : createStep(object, old);
    }),
  ].filter((step) => step.statements.length > 0 || step.partings.length > 0);
}

/** Ids of the objects that go, for good or to come again. */
function droppedOf(
  before: readonly DbObject[],
  wanted: ReadonlyMap<string, DbObject>,
): ReadonlySet<string> {
  const dropped = new Set<string>();
  for (const object of before) {
    const now = wanted.get(object.id);
    const stays = now !== undefined && (isSameCode(object, now) || isReplaceable(object, now));
    if (!stays || object.needs.some((id) => dropped.has(id))) dropped.add(object.id);
  }
  return dropped;
}

/** What is dropped was made in the mirrored phase: a job made last is the first to go. */
function dropStep(object: DbObject, now: DbObject | undefined, all: boolean): Step {
  const carried = now && carryOver(object, now);
  const isGivenUp = !all && (now === undefined || now.content !== object.content);
  return {
    object,
    verb: "drop",
    phase: MIRRORED[object.phase],
    statements: carried
      ? [carried.away, ...object.drop]
      : [...(isGivenUp ? (object.forgets ?? []) : []), ...dropOf(object, now)],
    remade: now !== undefined,
    keepsRows: carried !== undefined,
    partings: isGivenUp ? partingsOf(object, now) : [],
  };
}

/** What is made beforehand takes the place of what is in its way: dropped afterwards, it would be gone. */
function dropOf(object: DbObject, now: DbObject | undefined): readonly Sql[] {
  return now && object.phase === "before" ? [] : object.drop;
}

/** What goes ends nothing any more; what comes to mean other rows of the same table forgets those that wait. */
function partingsOf(object: DbObject, now: DbObject | undefined): readonly string[] {
  const { about, partings = [] } = object;
  if (!about || !now?.about || !isSameTable(about, now.about)) return partings;
  const name = object.id.replace(/^edge /, "");
  return object.forgets ? [`forgets what waits in lastwill.released by ${name}: it stays`] : [];
}

function createStep(object: DbObject, old: DbObject | undefined): Step {
  const carried = old && carryOver(old, object);
  return {
    object,
    verb: "create",
    phase: object.phase,
    statements: carried ? [...object.create, carried.back] : object.create,
    remade: old !== undefined,
    keepsRows: carried !== undefined,
    partings: [],
  };
}

function changeSteps(old: DbObject, object: DbObject): Step[] {
  const step = createStep(object, undefined);
  if (text(old) === text(object)) return [];
  if (!isSameCode(old, object)) return [{ ...step, remade: true }];
  return [
    {
      ...step,
      object: { ...object, hazards: [], locks: [] },
      statements: commentsOf(object),
      remade: true,
    },
  ];
}

function isSameCode(before: DbObject, after: DbObject): boolean {
  return codeOf(before) === codeOf(after) && before.content === after.content;
}

/** PostgreSQL replaces a function by one with the same parameters, names and all, and the same result. */
function isReplaceable(before: DbObject, after: DbObject): boolean {
  return before.replaces && head(before) === head(after);
}

const HEAD = /^create or replace (?:function|procedure) [\s\S]*?\n {2}language /m;

function head(object: DbObject): string | undefined {
  return HEAD.exec(text(object))?.[0];
}

function text(object: DbObject): string {
  return object.create.join("\n\n");
}
