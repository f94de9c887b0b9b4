import type { DbObject } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import { codeOf } from "./comments.ts";

/** A name that an object gives to something in the database. */
export interface Named {
  readonly kind: "table" | "sequence" | "index" | "constraint";
  readonly name: Sql;
  /** The table that it is on; of a table and a sequence, itself. */
  readonly on: Sql;
}

/** A name as our SQL writes it. */
export const NAME: string = String.raw`(?:(?:U&)?"(?:[^"]|"")*"|[a-z_]\w*)`;
/** The same, with its schema. */
export const QUALIFIED: string = String.raw`${NAME}\.${NAME}`;
const FORMS = new RegExp(
  [
    `^create (table|sequence) (${QUALIFIED})`,
    `^create index (?:concurrently )?(${NAME}) on (${QUALIFIED})`,
    String.raw`^alter table (${QUALIFIED})\n {2}add constraint (${NAME})`,
    `^ {2}constraint (${NAME}) `,
  ].join("|"),
  "gm",
);

/** The tables, sequences, indexes and constraints that an object's SQL makes, in order. */
export function namesIn(object: DbObject): Named[] {
  const names: Named[] = [];
  for (const match of codeOf(object).matchAll(FORMS)) {
    const [, kind, self, index, indexed, altered, added, inner] = match as unknown as Sql[];
    const inside = names.at(-1)?.on;
    if (self) names.push({ kind: kind as string as "table" | "sequence", name: self, on: self });
    else if (index && indexed) names.push({ kind: "index", name: index, on: indexed });
    else if (added && altered) names.push({ kind: "constraint", name: added, on: altered });
    else if (inner && inside) names.push({ kind: "constraint", name: inner, on: inside });
  }
  return names;
}
