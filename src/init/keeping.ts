import type { Column, Table } from "../catalog.ts";
import { identifier } from "../sql/quote.ts";
import { isPerson, isTemporaryName, maybeLastingName } from "./mentions.ts";

/** What becomes of rows that are somebody's for good, though a session made them. */
export interface Keeping {
  /** SQL over the row: it survives. */
  readonly keepWhen?: string | undefined;
  readonly doubt?: string | undefined;
}

/**
 * What a table's columns and its name say of that: a row with a user in it is that user's, one that was
 * paid is for the books. Where all are so, none may be the session's.
 */
export function keepingOf(table: Table): Keeping {
  const kept = [personColumn(table), doneColumn(table)].flatMap((column) => column ?? []);
  const always = kept.find((column) => column.notNull && column.type !== "boolean");
  const conditions = kept.filter((column) => column !== always).map(conditionOf);
  const contact = isTemporaryName(table.name) ? undefined : contactColumn(table);
  const doubt = always
    ? `each row has a ${always.name}, so it may be somebody's for good`
    : (maybeLastingName(table.name) ??
      (contact && `a row has an ${contact.name}, so it may be somebody's for good`));
  return { keepWhen: conditions.length > 0 ? conditions.join(" or ") : undefined, doubt };
}

function conditionOf({ name, type }: Column): string {
  return type === "boolean" ? identifier(name) : `${identifier(name)} is not null`;
}

/** The column that says whose a row is; one that may be null first. */
function personColumn(table: Table): Column | undefined {
  const columns = table.columns.filter(({ name }) => isPerson(name));
  return columns.find(({ notNull }) => !notNull) ?? columns[0];
}

const DONE =
  /^(?:paid|purchased|ordered|placed|confirmed|completed|submitted|approved|accepted|signed|published|fulfilled|booked|captured|converted)(?:_?(?:at|on|date))?$/i;
const MOMENTS = ["timestamp with time zone", "timestamp without time zone", "date", "boolean"];

/** The column that says that a row became more than what a visitor tried. */
function doneColumn(table: Table): Column | undefined {
  return table.columns.find(({ name, type }) => DONE.test(name) && MOMENTS.includes(type));
}

function contactColumn(table: Table): Column | undefined {
  return table.columns.find(({ name }) => /^e_?mail(?:_?address)?$/i.test(name));
}
