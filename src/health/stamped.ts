import type { DbObject } from "../objects/object.ts";
import { printedId } from "./printed-id.ts";
import type { WantedThing } from "./thing.ts";

const KINDS =
  /^(schema|table|view|sequence|function|procedure|trigger|foreign key|index|archive(?! column)) /;
const STAMP = /\[lastwill ([0-9a-f]{12})\]';/;

/** A lock's objects as far as its text tells of them: their stamps, and what routines do. */
export function stampedThings(objects: readonly DbObject[]): WantedThing[] {
  return objects.filter(({ id }) => KINDS.test(id)).map((object) => stampedThing(object, objects));
}

/** One object, of which nothing is said that only a database knows. */
export function stampedThing(object: DbObject, objects: readonly DbObject[]): WantedThing {
  const text = object.create.join("\n");
  const isRoutine = /^(function|procedure) /.test(object.id);
  const isChecked = objects.some(({ id }) => id === `validation of ${object.id}`);
  return {
    id: printedId(object.id),
    parent: / on lastwill\./.test(object.id) ? object.id.replace(/^.* on /s, "table ") : null,
    stamp: STAMP.exec(text)?.[1] ?? null,
    definition: null,
    source: isRoutine ? text : undefined,
    enabled: "O",
    valid: isChecked || !object.id.startsWith("foreign key "),
    rights: [],
    columns: null,
  };
}
