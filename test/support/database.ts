import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { inject, type TestAPI, test } from "vitest";
import "./provided.ts";

/** A database for one test. */
export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Runs SQL on the database's main connection, always the same one, and gives the (last statement's) rows. */
  readonly query: <Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    params?: readonly unknown[],
  ) => Promise<Row[]>;
  /** Opens one more connection; `close` ends it. */
  readonly connect: () => Promise<pg.Client>;
  /** Makes a pool, for code that wants one; `close` ends it. */
  readonly pool: (config?: pg.PoolConfig) => pg.Pool;
  readonly close: () => Promise<void>;
}

/** A test that needs pg_cron, so is skipped (and the run says so) where the server has none. */
export const testCron: ReturnType<TestAPI["skipIf"]> = test.skipIf(!inject("cron"));

/** A test that needs the extension plpgsql_check. */
export const testPlpgsqlCheck: ReturnType<TestAPI["skipIf"]> = test.skipIf(!inject("plpgsqlCheck"));

/** The connection that makes databases, kept for the next one: to connect takes as long as to make one. */
const administration = new pg.Pool({
  connectionString: inject("databaseUrl"),
  max: 1,
  idleTimeoutMillis: 0,
  allowExitOnIdle: true,
});
administration.on("error", () => {});

/** Runs a test in a fresh, empty database, and closes every connection to it in the end. */
export async function withDatabase<T>(run: (db: TestDatabase) => Promise<T>): Promise<T> {
  return closeAfter(await createDatabase(), run);
}

/** Runs a test in pg_cron's database: see `cronDatabase`. */
export async function withCronDatabase<T>(run: (db: TestDatabase) => Promise<T>): Promise<T> {
  return closeAfter(await cronDatabase(), run);
}

/**
 * Makes a fresh database: empty, or a copy of one that nobody is connected to. It is not dropped when closed:
 * the cluster is thrown away as a whole, and beside pg_cron 1.4.2 DROP DATABASE hangs.
 */
export async function createDatabase(template = "template0"): Promise<TestDatabase> {
  const name = `lw_${inject("runId")}_${randomBytes(5).toString("hex")}`;
  await administration.query(`create database ${name} template ${template} encoding 'UTF8'`);
  await administration.query(`alter database ${name} set timezone to 'UTC'`);
  const url = new URL(inject("databaseUrl"));
  url.pathname = `/${name}`;
  return openDatabase(url.href);
}

/**
 * pg_cron's database, the only one that can have its extension. There is one for all test files, so the one
 * that opens it holds it until it closes it, and finds it as good as new: without jobs, with an empty `public`.
 */
export async function cronDatabase(): Promise<TestDatabase> {
  const url = inject("cronUrl");
  if (url === null) throw new Error("this server has no pg_cron; declare the test with testCron");
  const db = await openDatabase(url);
  try {
    // The lock is the session's: it goes with the connection, even that of a test that crashed.
    // Asked for again and again: whoever waits in one statement holds up `create index concurrently`.
    while (!(await db.query<{ mine: boolean }>(TRY_LOCK))[0]?.mine) await sleep(50);
    await empty(db);
  } catch (error) {
    await db.close();
    throw error;
  }
  return db;
}

const TRY_LOCK =
  "select pg_try_advisory_lock(hashtext('lastwill tests: the cron database')) as mine";

/** Where the extension was made in `public` (an old pg_cron's default) it goes with it, and is made anew. */
async function empty(db: TestDatabase): Promise<void> {
  await db.query(`
    select cron.unschedule(jobid) from cron.job;
    truncate cron.job_run_details;
    ${EMPTY};
    create extension if not exists pg_cron with schema pg_catalog`);
}

/** Takes away whatever was made in a database, but for pg_cron. */
export const EMPTY = `
    do $$
    declare
      doomed name;
    begin
      for doomed in
        select extname from pg_extension where extname not in ('plpgsql', 'pg_cron')
      loop
        execute format('drop extension %I cascade', doomed);
      end loop;
      for doomed in
        select nspname from pg_namespace where nspname !~ '^(pg_|information_schema$|cron$)'
      loop
        execute format('drop schema %I cascade', doomed);
      end loop;
    end $$;
    create schema public;
    grant usage on schema public to public`;

/** Opens a database that is there already. */
export async function openDatabase(url: string): Promise<TestDatabase> {
  const clients: pg.Client[] = [];
  const pools: pg.Pool[] = [];
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url });
    // A connection that a test has the server cut is told to the query that meets it, not to the process.
    client.on("error", () => {});
    await client.connect();
    clients.push(client);
    return client;
  };
  const main = await connect();
  return {
    url,
    name: decodeURIComponent(new URL(url).pathname.slice(1)),
    query: async (sql, params) => rowsOf(await main.query(sql, params && [...params])),
    connect,
    pool: (config) => {
      const pool = new pg.Pool({ ...config, connectionString: url });
      pool.on("error", () => {});
      pools.push(pool);
      return pool;
    },
    close: async () => {
      await Promise.allSettled([...clients, ...pools].map((each) => each.end()));
    },
  };
}

/** pg's types do not say so, but several statements in one query give an array of results. */
function rowsOf<Row extends pg.QueryResultRow>(
  result: pg.QueryResult<Row> | readonly pg.QueryResult<Row>[],
): Row[] {
  return ("rows" in result ? result : result.at(-1))?.rows ?? [];
}

async function closeAfter<T>(db: TestDatabase, run: (db: TestDatabase) => Promise<T>): Promise<T> {
  try {
    return await run(db);
  } finally {
    await db.close();
  }
}
