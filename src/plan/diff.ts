import type { DbObject, Phase } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";

/** Statements to run in one phase, for one object. */
export interface Step {
  readonly object: DbObject;
  readonly verb: "create" | "drop";
  readonly phase: Phase;
  readonly statements: readonly Sql[];
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
 * it all that cannot stand without it.
 */
export function diff(before: readonly DbObject[], after: readonly DbObject[]): Step[] {
  const former = new Map(before.map((object) => [object.id, object]));
  const wanted = new Map(after.map((object) => [object.id, object]));
  const changed = (object: DbObject) => {
    const now = wanted.get(object.id);
    return now !== undefined && text(now) !== text(object);
  };
  const dropped = new Set<string>();
  for (const object of before) {
    const fallen = object.needs.some((id) => dropped.has(id));
    const now = wanted.get(object.id);
    const gone = !now || (changed(object) && !(object.replaces && isReplaceable(object, now)));
    if (gone || fallen) dropped.add(object.id);
  }
  const drops = before
    .filter((object) => dropped.has(object.id))
    .reverse()
    .map((object) => step(object, "drop"));
  const creations = after
    .filter((object) => {
      const old = former.get(object.id);
      return old === undefined || dropped.has(object.id) || changed(old);
    })
    .map((object) => step(object, "create"));
  return [...drops, ...creations].filter(({ statements }) => statements.length > 0);
}

/** What is dropped was made in the mirrored phase: a job made last is the first to go. */
function step(object: DbObject, verb: Step["verb"]): Step {
  return {
    object,
    verb,
    phase: verb === "create" ? object.phase : MIRRORED[object.phase],
    statements: object[verb],
  };
}

/** PostgreSQL replaces a function by one with the same parameters, names and all, and the same result. */
function isReplaceable(before: DbObject, after: DbObject): boolean {
  return head(before) === head(after);
}

const HEAD = /^create or replace (?:function|procedure) [\s\S]*?\n {2}language /m;

function head(object: DbObject): string | undefined {
  return HEAD.exec(text(object))?.[0];
}

function text(object: DbObject): string {
  return object.create.join("\n\n");
}
