import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { MIGRATIONS_TABLE, migrate } from "../../src/migrate.ts";
import { type TestDatabase, withDatabase } from "./database.ts";
import { generateFrom, type Installation, SHOP_MANIFEST, SHOP_SCHEMA } from "./installed.ts";

/** The shop's tables, without a foreign key of their own. */
export const SHOP_WITHOUT_KEYS: string = SHOP_SCHEMA.replace("references carts", "");

/** A manifest of sessions that own this, for tests that say themselves when to sweep. */
export function ofSessions(...edges: string[]): string {
  const owns = edges.map((edge) => `      - ${edge}`).join("\n");
  return `
cron: none
owners:
  session:
    store: connect-pg-simple
    sweep: { hold_over: 1 }
    owns:
${owns}`;
}

/** The error that some work ends with. */
export async function failureOf(work: Promise<unknown>): Promise<pg.DatabaseError> {
  return work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: pg.DatabaseError) => error,
  );
}

/** A database in which all migrations have run but the last. */
export interface Unfinished extends TestDatabase {
  /** Runs the last one, on a connection of its own or the one given. */
  readonly finish: (client?: pg.Client) => Promise<void>;
}

/** Runs a test in a database where the migration that looks at old rows has yet to run. */
export async function withUnfinished<T>(
  { manifest = SHOP_MANIFEST, schema = SHOP_SCHEMA, before }: Installation,
  run: (db: Unfinished) => Promise<T>,
): Promise<T> {
  return withDatabase(async (db) => {
    await db.query(schema);
    if (before) await db.query(before);
    const folder = mkdtempSync(join(tmpdir(), "lw-unfinished-"));
    try {
      const { files } = await generateFrom(db, manifest);
      for (const file of files) writeFileSync(join(folder, file.name), file.text);
      const up = async (count: number, client?: pg.Client) => {
        await migrate({
          client: client ?? (await db.connect()),
          folder,
          direction: "up",
          count,
          table: MIGRATIONS_TABLE,
        });
      };
      await up(files.length - 1);
      return await run({ ...db, finish: (client) => up(1, client) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
