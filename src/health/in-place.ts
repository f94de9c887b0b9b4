import { objectName } from "../names.ts";
import { identifier } from "../sql/quote.ts";
import { parseTableName } from "../table-name.ts";
import type { Thing } from "./thing.ts";

const RELATION = /^(table|view|materialized view|sequence|type|relation|index) (lastwill\..*)$/s;
const ROUTINE = /^(function|procedure|aggregate) (lastwill\..*)$/s;

/** A thing of another kind that has the name, of which there can be but one. */
export function inPlaceOf({ id }: Thing, found: readonly Thing[]): Thing | undefined {
  return [RELATION, ROUTINE]
    .map((kinds) => {
      const [, , name] = kinds.exec(id) ?? [];
      return found.find((thing) => name !== undefined && kinds.exec(thing.id)?.[2] === name);
    })
    .find((thing) => thing !== undefined);
}

/** What puts a relation aside with all that it holds. */
export function renameOf({ id }: Thing): string {
  const [, kind = "", name = ""] = RELATION.exec(id) ?? [];
  const aside = identifier(objectName(parseTableName(name).name, "aside"));
  return `alter ${kind === "relation" ? "table" : kind} ${name} rename to ${aside}`;
}
