import { type Queryable, type Relation, readEveryTable, type Table } from "../catalog.ts";
import type { KeyType, TableName } from "../graph.ts";
import { identifier, join, literal, type Sql, textArray } from "../sql/quote.ts";
import { render, type Slots } from "../sql/template.ts";
import { sqlStateOf } from "../sql-state.ts";

/** The tables that a manifest could name, and those that nobody may look into. */
export interface Surroundings {
  readonly database: string;
  readonly timeZone: string;
  /** Those that may be looked into. */
  readonly tables: readonly Table[];
  /** All there is that has a name, views as well. */
  readonly relations: readonly Relation[];
  readonly unreadable: readonly Table[];
  /** Where a sample of a table is taken from: all of it, or pages here and there. */
  readonly part: ReadonlyMap<string, Sql>;
}

/** Reads what `read` reads in a transaction that can write nothing, and lasts no longer than that. */
export async function onlyReading<T>(database: Queryable, read: () => Promise<T>): Promise<T> {
  await database.query(render("init/begin.sql"));
  try {
    return await read();
  } finally {
    await database.query("rollback");
  }
}

/** Reads what tables there are. */
export async function surroundings(database: Queryable): Promise<Surroundings> {
  const here = await database.query(
    "select current_database() as name, current_setting('TimeZone') as zone",
  );
  const { rows } = await database.query(render("init/places.sql"));
  const places = new Map(rows.map((row) => [String(row["oid"]), row]));
  const relations = await readEveryTable(database);
  const theirs = relations.filter(
    ({ oid, kind }) => kind === "r" && places.get(oid)?.["not_theirs"] === false,
  );
  const readable = (table: Table) => places.get(table.oid)?.["readable"] === true;
  const pages = (table: Table) => Number(places.get(table.oid)?.["pages"]);
  return {
    database: String(here.rows[0]?.["name"]),
    timeZone: String(here.rows[0]?.["zone"]),
    tables: theirs.filter(readable),
    relations,
    unreadable: theirs.filter((table) => !readable(table)),
    part: new Map(theirs.map((table) => [table.oid, samplePart(table, pages(table))])),
  };
}

const SMALL = 200;
const WANTED_ROWS = 3000;
/** Where nobody has counted them. */
const ROWS_A_PAGE = 20;

/** Of a large table pages here and there, the same at each run: its first pages are its oldest rows. */
function samplePart({ estimatedRows }: Table, pages: number): Sql {
  if (!(pages > SMALL)) return "" as Sql;
  const rows = estimatedRows > 0 ? estimatedRows : pages * ROWS_A_PAGE;
  const percent = Math.min(100, Math.max((100 * WANTED_ROWS) / rows, (100 * 20) / pages));
  return `tablesample system (${percent.toFixed(4)}) repeatable (1)` as Sql;
}

/** What a question may end with: it took too long, a lock was not to be had, no right, a value that is no moment. */
const NO_ANSWER = ["57014", "55P03", "42501", "22008", "22003"];

/** Asks one question, in one message; undefined when it takes too long, or may not be asked. */
async function ask(
  database: Queryable,
  file: string,
  slots: Slots,
): Promise<Record<string, unknown>[] | undefined> {
  const question = render(`init/${file}.sql`, slots);
  try {
    const results = await database.query(`${render("init/begin.sql")}\n${question};\nrollback`);
    // One for each statement, and the question's is the last but one.
    return (results as unknown as { rows: Record<string, unknown>[] }[]).at(-2)?.rows;
  } catch (error) {
    await database.query("rollback");
    if (NO_ANSWER.includes(sqlStateOf(error) ?? "")) return undefined;
    throw error;
  }
}

/** About how many rows a table has; undefined when that cannot be told. */
export async function rowsOf(database: Queryable, table: Table): Promise<number | undefined> {
  const rows = await ask(database, "rows", { table: nameOf(table) });
  const counted = rows && Number(rows[0]?.["n"]);
  return counted === undefined ? undefined : Math.max(counted, table.estimatedRows);
}

/** A sample of a column's values, and how often each stands there. */
export async function valuesOf(
  database: Queryable,
  {
    table,
    column,
    part,
    type,
  }: {
    readonly table: Table;
    readonly column: string;
    readonly part: Sql | undefined;
    /** Only rows whose type column says so. */
    readonly type?: { readonly column: string; readonly value: string };
  },
): Promise<Map<string, number>> {
  const condition = type
    ? join([identifier(type.column), literal(type.value)], " = ")
    : ("true" as Sql);
  const slots = { table: nameOf(table), column, part: part ?? ("" as Sql), condition };
  const rows = (await ask(database, "values", slots)) ?? [];
  return new Map(rows.map((row) => [String(row["value"]), Number(row["times"])]));
}

/** Of a sample of rows, in how many a column is filled; undefined when that takes too long. */
export async function filledIn(
  database: Queryable,
  table: Table,
  column: string,
  part: Sql | undefined,
): Promise<{ readonly n: number; readonly filled: number } | undefined> {
  const slots = { table: nameOf(table), column, part: part ?? ("" as Sql) };
  const row = (await ask(database, "filled", slots))?.[0];
  return row && { n: Number(row["n"]), filled: Number(row["filled"]) };
}

const RANGE: Readonly<Partial<Record<KeyType, bigint>>> = {
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
};

/** Whether a text can be cast to a key's type. */
export function fits(value: string, type: KeyType): boolean {
  if (value.includes("\0")) return false;
  if (type === "text" || type === "bpchar") return true;
  if (type === "uuid") return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value);
  if (!/^-?\d{1,19}$/.test(value)) return false;
  const limit = RANGE[type] ?? 0n;
  return BigInt(value) >= -limit && BigInt(value) < limit;
}

/** How many of these values are keys of a table; undefined when that takes too long. */
export async function existing(
  database: Queryable,
  table: Table,
  key: string,
  type: KeyType,
  values: readonly string[],
): Promise<number | undefined> {
  const fitting = values.filter((value) => fits(value, type));
  if (fitting.length === 0) return 0;
  const rows = await ask(database, "existing", {
    table: nameOf(table),
    key,
    type: (type === "bpchar" ? "text" : type) as Sql,
    values: textArray(fitting),
  });
  return rows && Number(rows[0]?.["found"]);
}

/** Whether any row names one that is not there; undefined when that takes too long. */
export async function lingers(
  database: Queryable,
  table: Table,
  column: string,
  referenced: Table,
  key: string,
): Promise<boolean | undefined> {
  const slots = { table: nameOf(table), column, referenced: nameOf(referenced), key };
  const rows = await ask(database, "lingering", slots);
  return rows && rows[0]?.["lingering"] === true;
}

/** Seconds from now to a column's latest moment, read as UTC and in the database's zone. */
export async function newest(
  database: Queryable,
  table: Table,
  column: string,
): Promise<{ readonly utc: number; readonly here: number } | undefined> {
  const row = (await ask(database, "newest", { table: nameOf(table), column }))?.[0];
  if (typeof row?.["in_utc"] !== "number" || typeof row["here"] !== "number") return undefined;
  return { utc: row["in_utc"], here: row["here"] };
}

/** The largest number of a column; undefined when there is none. */
export async function largest(
  database: Queryable,
  table: Table,
  column: string,
): Promise<number | undefined> {
  const row = (await ask(database, "largest", { table: nameOf(table), column }))?.[0];
  return typeof row?.["largest"] === "number" ? row["largest"] : undefined;
}

/** A sampled session: its data as it is stored, and its end where its column has no time zone. */
export interface SampledSession {
  readonly data: string | undefined;
  /** Seconds since 1970, when the column is read as UTC, and in the database's zone. */
  readonly utc: number | undefined;
  readonly here: number | undefined;
}

/** A sample of sessions; undefined when it takes too long. */
export async function sessionsOf(
  database: Queryable,
  table: Pick<Table, "schema" | "name">,
  columns: { readonly data: string; readonly localEnd: string | undefined },
  part: Sql | undefined,
  limit: number,
): Promise<SampledSession[] | undefined> {
  const end = columns.localEnd
    ? join(["session" as Sql, identifier(columns.localEnd)], ".")
    : ("null::timestamp" as Sql);
  const slots = { table: nameOf(table), data: columns.data, end, limit, part: part ?? ("" as Sql) };
  const rows = await ask(database, "data", slots);
  return rows?.map((row) => ({
    data: typeof row["data"] === "string" ? row["data"] : undefined,
    utc: typeof row["in_utc"] === "number" ? row["in_utc"] : undefined,
    here: typeof row["here"] === "number" ? row["here"] : undefined,
  }));
}

function nameOf({ schema, name }: Pick<Table, "schema" | "name">): TableName {
  return [schema, name];
}
