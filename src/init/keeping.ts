import type { Column, Table } from "../catalog.ts";
import { identifier } from "../sql/quote.ts";
import { isPerson } from "./mentions.ts";

/** What becomes of rows that are somebody's for good, though a session made them. */
export interface Keeping {
  /** SQL over the row: it survives. */
  readonly keepWhen?: string;
  readonly doubt?: string;
}

/** A row with a user in it is that user's; where each has one, none may be the session's. */
export function keepingOf(table: Table): Keeping {
  const person = personColumn(table);
  if (person === undefined) return {};
  if (person.notNull)
    return { doubt: `each row has a ${person.name}, so it may be somebody's for good` };
  return { keepWhen: `${identifier(person.name)} is not null` };
}

/** The column that says whose a row is; one that may be null first. */
function personColumn(table: Table): Column | undefined {
  const columns = table.columns.filter(({ name }) => isPerson(name));
  return columns.find(({ notNull }) => !notNull) ?? columns[0];
}
