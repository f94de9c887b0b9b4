import type { Queryable } from "../catalog.ts";
import { render } from "../sql/template.ts";
import { extensionOf } from "./extensions.ts";
import { databaseOf, loadable, mayFail } from "./kinds.ts";
import { standIn } from "./stand-ins.ts";
import { type Statement, statementsOf } from "./statements.ts";

/** A statement that could not be loaded, and PostgreSQL's words. */
export interface Failure extends Statement {
  readonly reason: string;
}

/** What came of loading a dump. */
export interface Loaded {
  /** What the dumped database is called, where the dump says so. */
  readonly database: string | undefined;
  readonly failures: readonly Failure[];
  /** Extensions that this server does not have. */
  readonly extensions: readonly string[];
}

/**
 * Runs the statements of a dump that make its tables, on a server that has nothing yet. One that fails
 * stops no other. Afterwards the connection is as a new one to the dumped database would be.
 */
export async function loadDump(database: Queryable, text: string): Promise<Loaded> {
  const { rows } = await database.query("select quote_ident(current_database()) as name");
  const here = rows[0]?.["name"] as string;
  let own: string | undefined;
  const failures: Failure[] = [];
  const extensions: string[] = [];
  await database.query("set check_function_bodies = off");
  for await (const statement of statementsOf(text, (sql) => parse(database, sql))) {
    own ??= databaseOf(statement.sql);
    const reason = await load(database, loadable(statement.sql, here));
    if (reason === undefined || mayFail(statement.sql)) continue;
    const extension = extensionOf(statement.sql);
    if (extension === undefined) failures.push({ ...statement, reason });
    else extensions.push(extension);
  }
  await database.query("reset all");
  await database.query(render("dump/search_path.sql"));
  return { database: own, failures, extensions };
}

/** The whole text is parsed before its first statement runs, and that one always fails. */
async function parse(database: Queryable, sql: string): Promise<string | undefined> {
  const refusal = await refused(database, `select 1 / 0; ${sql}`);
  return refusal === "division by zero" ? undefined : refusal;
}

async function load(database: Queryable, sql: string | undefined): Promise<string | undefined> {
  if (sql === undefined) return undefined;
  const refusal = await refused(database, sql);
  const missing = refusal === undefined ? undefined : standIn(refusal);
  if (missing === undefined || (await refused(database, missing)) !== undefined) return refusal;
  return load(database, sql);
}

/** PostgreSQL's words, where it refuses; any other error is none of the dump's. */
async function refused(database: Queryable, sql: string): Promise<string | undefined> {
  try {
    await database.query(sql);
    return undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error && /^[0-9A-Z]{5}$/.test(String(error.code))) {
      return error.message;
    }
    throw error;
  }
}
