import type { Column, Queryable, Table } from "../catalog.ts";
import { identifier, literal } from "../sql/quote.ts";
import { filledIn, type Surroundings, valuesOf } from "./ask.ts";
import {
  isForTheBooks,
  isPerson,
  isTemporaryName,
  lastingName,
  maybeLastingName,
} from "./mentions.ts";
import { subjectOf, wordsOf } from "./names.ts";
import { isFrom } from "./references.ts";

/** What becomes of rows that are somebody's for good, though a session made them. */
export interface Keeping {
  /** SQL over the row: it survives. */
  readonly keepWhen?: string | undefined;
  /** Why all of them may be, as far as their columns say. */
  readonly doubt?: string | undefined;
  /** The same, as far as names say. */
  readonly named?: string | undefined;
}

/** Where nobody has come yet, nothing can be told by how many rows have it. */
const ENOUGH = 10;

/**
 * What a table's rows and its name say of that: a row with a user in it is that user's, one that was paid or
 * ordered is for the books. Where all are so, none may be the session's.
 */
export async function keepingOf(
  database: Queryable,
  around: Surroundings,
  table: Table,
): Promise<Keeping> {
  const conditions: string[] = [];
  const doubts: string[] = [];
  for (const column of table.columns.filter((each) => marks(table, each))) {
    if (column.type === "boolean") conditions.push(identifier(column.name));
    else if (await isAlwaysFilled(database, around, table, column)) {
      doubts.push(`each row has a ${column.name}, so it may be somebody's for good`);
    } else conditions.push(`${identifier(column.name)} is not null`);
  }
  for (const column of table.columns) {
    const further =
      (await statusSeen(database, around, table, column)) ??
      (await lastingSeen(database, around, table, column));
    if (further?.keepWhen) conditions.push(further.keepWhen);
    if (further?.doubt) doubts.push(further.doubt);
  }
  return {
    keepWhen: [...new Set(conditions)].join(" or ") || undefined,
    doubt: doubts[0],
    named: maybeLastingName(table.name) ?? contactOf(table),
  };
}

/** What is kept may still end with another row of its table, where these refer to each other and cascade. */
export function endsWithOthers(table: Table): string | undefined {
  const cascades = table.inbound.some((key) => isFrom(key, table) && key.onDelete === "c");
  return cascades
    ? `rows of ${table.name} refer to each other and cascade, so one that is kept may end with another`
    : undefined;
}

const DONE =
  /^(?:is_)?(?:paid|purchased|ordered|placed|confirmed|completed|submitted|approved|accepted|signed|published|public|shared|sent|finished|imported|checked_out|fulfilled|booked|captured|converted|attached|redeemed|finali[sz]ed|archived)(?:_(?:at|on|date))?$/;
const MOMENTS = ["timestamp with time zone", "timestamp without time zone", "date", "boolean"];

/** Whether a column that is filled says that a row is somebody's, or more than what a visitor tried. */
function marks(table: Table, { name, type }: Column): boolean {
  if (table.indexes.some(({ primary, columns }) => primary && columns.includes(name))) return false;
  const subject = subjectOf(name);
  const namesBooks = subject.join() !== name && isForTheBooks(subject.at(-1) ?? "");
  return (
    isPerson(name) || (DONE.test(wordsOf(name).join("_")) && MOMENTS.includes(type)) || namesBooks
  );
}

async function isAlwaysFilled(
  database: Queryable,
  { part }: Surroundings,
  table: Table,
  { name, notNull }: Column,
): Promise<boolean> {
  if (notNull) return true;
  const seen = await filledIn(database, table, name, part.get(table.oid));
  return seen !== undefined && seen.n >= ENOUGH && seen.filled === seen.n;
}

const STATUS = /(?:^|_)(?:status|state|stage)$/i;
/** Of a row that is still of the hour, or came to nothing. */
const PASSING: ReadonlySet<string> = new Set(
  (
    "open new draft pending active started in_progress temporary temp incomplete abandoned cart created " +
    "initial empty uploading uploaded expired cancelled canceled failed deleted discarded"
  ).split(" "),
);
const FEW = 12;

/** Rows may have come further than a visit, as their status says. */
async function statusSeen(
  database: Queryable,
  { part }: Surroundings,
  table: Table,
  { name }: Column,
): Promise<Keeping | undefined> {
  if (!STATUS.test(name)) return undefined;
  const values = [
    ...(await valuesOf(database, { table, column: name, part: part.get(table.oid) })).keys(),
  ];
  const isPassing = (value: string) => PASSING.has(value.toLowerCase().replaceAll(/[\s-]/g, "_"));
  const further = values.filter((value) => !isPassing(value));
  // Many are no words for how far a row has come: numbers, or the states of a country.
  if (further.length === 0 || values.length > FEW || further.some((value) => value.length > 30)) {
    return undefined;
  }
  return {
    keepWhen: `${identifier(name)} in (${further.sort().map(literal).join(", ")})`,
    doubt: `${name} says ${further.join(", ")} of some rows, which may be for good`,
  };
}

/** Some rows refer to what lasts, and others do not: a draft that was published, an upload of a post. */
async function lastingSeen(
  database: Queryable,
  { part, tables }: Surroundings,
  table: Table,
  column: Column,
): Promise<Keeping | undefined> {
  if (column.notNull || isPerson(column.name)) return undefined;
  const lasting = tables.find(
    (other) =>
      lastingName(other.name) !== undefined &&
      other.inbound.some((key) => isFrom(key, table) && key.columns.join("\0") === column.name),
  );
  if (!lasting) return undefined;
  const keepWhen = `${identifier(column.name)} is not null`;
  if (isForTheBooks(lasting.name)) return { keepWhen };
  const seen = await filledIn(database, table, column.name, part.get(table.oid));
  if (!seen || seen.filled === 0 || seen.filled === seen.n) return undefined;
  return {
    keepWhen,
    doubt: `${column.name} names a row of ${lasting.name} in ${seen.filled} of ${seen.n} rows, which may be for good`,
  };
}

function contactOf(table: Table): string | undefined {
  const column = table.columns.find(({ name }) => /^e_?mail(?:_?address)?$/i.test(name));
  return column && !isTemporaryName(table.name)
    ? `a row has an ${column.name}, so it may be somebody's for good`
    : undefined;
}
