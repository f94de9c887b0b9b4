import { existsSync } from "node:fs";
import type pg from "pg";
import { UsageError } from "./exit.ts";

/** Where the names of the migrations that ran are kept. */
export const MIGRATIONS_TABLE = "lastwill_migrations";

export interface MigrateOptions {
  readonly client: pg.ClientBase;
  readonly folder: string;
  readonly direction: "up" | "down";
  /** How many migrations at most; Infinity for all. */
  readonly count: number;
  readonly table: string;
  /** Called as each migration begins. */
  readonly onStart?: (name: string) => void;
}

/**
 * Runs migrations with node-pg-migrate, one transaction each (or none, where a file says so), waiting
 * while another process migrates. Gives the names of those that ran.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  if (!existsSync(options.folder)) {
    throw new UsageError(
      `there is no folder ${options.folder}\n  Run gen-migrations first, or name the folder: -o migrations.`,
    );
  }
  // Costs a fifth of a second to load, which no other command should pay.
  const { runner } = await import("node-pg-migrate");
  const started = /^### MIGRATION (.*) \((?:UP|DOWN)\) ###$/m;
  const watch = (message: string) => {
    const name = started.exec(message)?.[1];
    if (name !== undefined) options.onStart?.(name);
  };
  const ran = await runner({
    dbClient: options.client as pg.Client,
    dir: options.folder,
    direction: options.direction,
    count: options.count,
    migrationsTable: options.table,
    singleTransaction: false,
    advisoryLockMode: "wait",
    checkOrder: true,
    verbose: false,
    logger: { debug: watch, info: watch, warn: watch, error: () => undefined },
  });
  if (options.direction === "down") await dropEmptyTable(options);
  return ran.map(({ name }) => name);
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
async function dropEmptyTable({ client, table }: MigrateOptions): Promise<void> {
  if ((await appliedMigrations(client, table)).length > 0) return;
  await client.query(`drop table if exists ${quoted(client, table)}`);
}

function quoted(client: pg.ClientBase, name: string): string {
  return client.escapeIdentifier(name);
}
