import type { DbObject } from "../objects/object.ts";
import { printedId } from "./printed-id.ts";

/** Whether an object's SQL makes a thing: itself, or a routine that it brings along. */
export function makes({ id, create }: DbObject, thing: string): boolean {
  if (printedId(id) === thing) return true;
  const [, routine] = /^((?:function|procedure) lastwill\.[^(]+\()/.exec(thing) ?? [];
  return (
    routine !== undefined && create.some((sql) => sql.includes(`create or replace ${routine}`))
  );
}
