import { readdir } from "node:fs/promises";
import type pg from "pg";
import colors from "picocolors";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import {
  appliedMigrations,
  isMigration,
  MIGRATIONS_TABLE,
  migrate,
  migrationName,
  refuseOtherTools,
  trailingMigrations,
} from "../migrate.ts";
import { data, say, sayNotice } from "./console.ts";

/** What the `migrate` commands are called with. */
export interface MigrateCommandOptions {
  readonly database: string | undefined;
  readonly out: string;
  /** Undefined for the default. */
  readonly migrationsTable?: string;
}

/**
 * `migrate up [count]` and `migrate down [count]`; "all" going down stops before the first migration
 * that is not pg-lastwill's. Gives the exit code.
 */
export async function migrateCommand(
  direction: "up" | "down",
  count: number | "all",
  options: MigrateCommandOptions,
): Promise<number> {
  const ran = await withClient(
    options.database,
    async (client) =>
      migrate({
        client,
        folder: options.out,
        direction,
        count: await howMany(client, direction, count, options.migrationsTable),
        ...(options.migrationsTable === undefined ? {} : { table: options.migrationsTable }),
        onStart: (name) => say(`${direction === "up" ? "▲" : "▼"} ${name}`),
      }),
    sayNotice,
  );
  const nothing = direction === "up" ? "Nothing to migrate." : "Nothing to take back.";
  say(ran.length === 0 ? nothing : `${ran.length} migrated ${direction}.`);
  return EXIT.fine;
}

/** `migrate status`: what has run and what has not. Exit code 1 when something is pending. */
export async function migrateStatus(
  options: MigrateCommandOptions & { readonly json?: true },
): Promise<number> {
  const names = await migrationNames(options.out);
  const applied = await withClient(options.database, (client) =>
    appliedMigrations(client, options.migrationsTable ?? MIGRATIONS_TABLE),
  );
  const rows = [...new Set([...applied, ...names])].map((name) => ({
    name,
    state: !applied.includes(name) ? "pending" : names.includes(name) ? "applied" : "file missing",
  }));
  if (options.json) data(JSON.stringify(rows, null, 2));
  else for (const { name, state } of rows) data(`${paint(state.padEnd(12), state)} ${name}`);
  return rows.every(({ state }) => state === "applied") ? EXIT.fine : EXIT.found;
}

async function howMany(
  client: pg.ClientBase,
  direction: "up" | "down",
  count: number | "all",
  table: string | undefined,
): Promise<number> {
  if (count !== "all") return count;
  if (direction === "up") return Number.POSITIVE_INFINITY;
  return trailingMigrations(client, table ?? MIGRATIONS_TABLE);
}

function paint(text: string, state: string): string {
  return state === "applied" ? colors.green(text) : colors.yellow(text);
}

async function migrationNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch(() => {
    throw new UsageError(
      `there is no folder ${folder}\n  Run gen-migrations first, or name the folder: -o migrations.`,
    );
  });
  refuseOtherTools(files, folder);
  return files
    .filter(isMigration)
    .map(migrationName)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}
