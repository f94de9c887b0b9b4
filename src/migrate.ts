import { statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { DatabaseError, UsageError } from "./exit.ts";

/** Where the names of the migrations that ran are kept. */
export const MIGRATIONS_TABLE = "lastwill_migrations";

/** The same, and where node-pg-migrate keeps them unless told otherwise. */
export const MIGRATIONS_TABLES: readonly string[] = [MIGRATIONS_TABLE, "pgmigrations"];

export interface MigrateOptions {
  readonly client: pg.ClientBase;
  readonly folder: string;
  readonly direction: "up" | "down";
  /** How many migrations at most; Infinity for all. */
  readonly count: number;
  /** MIGRATIONS_TABLE unless said otherwise. */
  readonly table?: string;
  /** Called as each migration begins. */
  readonly onStart?: (name: string) => void;
}

/**
 * Runs migrations with node-pg-migrate, one transaction each (or none, where a file says so), waiting
 * while another process migrates. Gives the names of those that ran.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  if (!statSync(options.folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(
      `there is no folder ${options.folder}\n  Run gen-migrations first, or name the folder: -o migrations.`,
    );
  }
  refuseOtherTools(await readdir(options.folder), options.folder);
  if (options.count === 0) return [];
  const table = options.table ?? MIGRATIONS_TABLE;
  if (options.table === undefined) await refuseOthersTable(options.client, options.folder);
  // Costs a fifth of a second to load, which no other command should pay.
  const { runner } = await import("node-pg-migrate");
  const started = /^### MIGRATION (.*) \((?:UP|DOWN)\) ###$/m;
  const watch = (message: string) => {
    const name = started.exec(message)?.[1];
    if (name !== undefined) options.onStart?.(name);
  };
  await takeTurn(options.client);
  const running = runner({
    dbClient: options.client as pg.Client,
    dir: options.folder,
    direction: options.direction,
    count: options.count,
    migrationsTable: table,
    singleTransaction: false,
    lockValue: MIGRATE_LOCK,
    // Ours already, and a session may take its lock twice.
    advisoryLockMode: "fail",
    checkOrder: true,
    verbose: false,
    logger: { debug: watch, info: watch, warn: watch, error: () => undefined },
  });
  const ran = await running
    .catch((error: unknown) => {
      throw isRefusal(error) ? refusal(error) : error;
    })
    .finally(() => endTurn(options.client));
  if (options.direction === "down") await dropEmptyTable(options.client, table);
  return ran.map(({ name }) => name);
}

/** The number that node-pg-migrate locks by default: whoever runs migrations by it waits for us, and we for him. */
const MIGRATE_LOCK = 7_241_865_325_823_964;
/** Milliseconds. */
const BETWEEN_TRIES = 250;

/**
 * Waits until nobody else migrates. It asks again and again: who waits inside a statement has a snapshot, for whose
 * end `create index concurrently` of the other waits in turn.
 */
async function takeTurn(client: pg.ClientBase): Promise<void> {
  for (;;) {
    const { rows } = await client.query("select pg_try_advisory_lock($1) as taken", [MIGRATE_LOCK]);
    if (rows[0]?.taken) return;
    await sleep(BETWEEN_TRIES);
  }
}

/** A connection that is gone has ended its turn. */
async function endTurn(client: pg.ClientBase): Promise<void> {
  await client.query("select pg_advisory_unlock($1)", [MIGRATE_LOCK]).catch(() => undefined);
}

/** Whether node-pg-migrate itself refused (the order of the files, a name it cannot read), and not the database. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && !("code" in error);
}

/** Its first line: the others are a stack trace. */
function refusal(error: Error): Error {
  const text = `node-pg-migrate: ${error.message.split("\n")[0]}`;
  if (!/^Unable to (ensure|fetch)/.test(error.message)) return new UsageError(text);
  return new DatabaseError(
    `${text}\n  The role that migrates must be allowed to create in its schema: grant create on schema public to …;`,
  );
}

/**
 * A team that runs this folder with node-pg-migrate keeps its list in pgmigrations; by ours, all their
 * migrations would run a second time.
 */
async function refuseOthersTable(client: pg.ClientBase, folder: string): Promise<void> {
  const files = (await readdir(folder)).filter(isMigration).map(migrationName);
  const [ours, theirs] = await Promise.all(
    MIGRATIONS_TABLES.map((table) => appliedMigrations(client, table)),
  );
  if (ours?.length !== 0 || !theirs?.some((name) => files.includes(name))) return;
  throw new UsageError(
    `files of the folder ${folder} have run here before, by node-pg-migrate's own list (pgmigrations)\n` +
      "  Run the new ones with node-pg-migrate as you do, or with --migrations-table pgmigrations.",
  );
}

/** The name of a migration of pg-lastwill's, for any tool, and for node-pg-migrate. */
const OURS = /_lastwill[_-](?:prepare|install|change|finish)(?=[._]|$)/;
const OURS_FOR_US = /^\d+_lastwill-[a-z]+\.(?:sql|mjs)$/;

/** By our runner what was written for another tool would go up and down at once, or not at all. */
export function refuseOtherTools(names: readonly string[], folder: string): void {
  const other = names.find((name) => OURS.test(name) && !OURS_FOR_US.test(name));
  if (other === undefined) return;
  throw new UsageError(
    `the migrations in ${folder} are written for another tool, not for node-pg-migrate: ${other}\n` +
      "  Run them with that tool. docs/migration-tools.md says how.",
  );
}

/** Whether node-pg-migrate takes a file of the folder for a migration. */
export function isMigration(file: string): boolean {
  return /^\d+[_-].*\.(sql|[cm]?[jt]s)$/.test(file);
}

/** A migration's name, as the list of those that ran has it. */
export function migrationName(file: string): string {
  return file.replace(/\.[^.]+$/, "");
}

/** How many of the last migrations that ran are of pg-lastwill's making, without a gap. */
export async function trailingMigrations(client: pg.ClientBase, table: string): Promise<number> {
  const names = await appliedMigrations(client, table);
  const others = names.findLastIndex(
    (name) => !/_lastwill-(prepare|install|change|finish)$/.test(name),
  );
  return names.length - 1 - others;
}

/** What has run, oldest first. */
export async function appliedMigrations(client: pg.ClientBase, table: string): Promise<string[]> {
  const there = await client.query("select to_regclass(quote_ident($1)) is not null as there", [
    table,
  ]);
  if (!there.rows[0]?.there) return [];
  const { rows } = await client.query(`select name from ${quoted(client, table)} order by id`);
  return rows.map((row) => row.name as string);
}

/** After the last way down nothing of ours is to be left. */
async function dropEmptyTable(client: pg.ClientBase, table: string): Promise<void> {
  if ((await appliedMigrations(client, table)).length > 0) return;
  await client.query(`drop table if exists ${quoted(client, table)}`);
}

function quoted(client: pg.ClientBase, name: string): string {
  return client.escapeIdentifier(name);
}
