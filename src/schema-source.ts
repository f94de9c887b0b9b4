import { readdir } from "node:fs/promises";
import { type Catalog, readCatalog } from "./catalog.ts";
import { withClient } from "./database.ts";
import { withEmbedded } from "./embedded.ts";
import { UsageError } from "./exit.ts";
import type { Manifest } from "./manifest/manifest.ts";
import {
  appliedMigrations,
  isMigration,
  MIGRATIONS_TABLES,
  migrate,
  migrationName,
} from "./migrate.ts";
import { resolve } from "./resolve/resolve.ts";

/** The catalog that the next migrations will meet, and where it was read. */
export interface SchemaSource {
  readonly catalog: Catalog;
  /** The database, or the folder's own migrations run in an embedded PostgreSQL. */
  readonly from: "database" | "migrations";
}

/**
 * Reads the schema that new migrations will meet: the database's, or, where migrations of the folder
 * have not run there yet and make what the manifest names, the schema as they leave it. Without a
 * database the folder has to do.
 *
 * @param folder of node-pg-migrate's migrations; undefined where another tool runs them
 */
export async function readSchema(
  manifest: Manifest,
  url: string | undefined,
  folder: string | undefined,
): Promise<SchemaSource> {
  if (folder === undefined) return fromDatabase(manifest, url);
  const files = (await readdir(folder).catch(() => [])).filter(isMigration);
  if (!url && files.length > 0) {
    return fromMigrations(manifest, folder).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(
        `the migrations in ${folder} cannot be run in the embedded PostgreSQL: ${reason}\n` +
          "  Name a database that has the schema: -d postgres://user:password@host/database.",
      );
    });
  }
  const { catalog, pending } = await withClient(url, async (client) => {
    const applied = await Promise.all(
      MIGRATIONS_TABLES.map((table) => appliedMigrations(client, table)),
    );
    return {
      catalog: await readCatalog(client, manifest),
      pending: files.filter((file) => !applied.flat().includes(migrationName(file))),
    };
  });
  const fits = (read: Catalog) => resolve(manifest, read).faults.length === 0;
  if (pending.length === 0 || fits(catalog)) return { catalog, from: "database" };
  // They may need what an embedded PostgreSQL has not; then the database's faults are the ones to show.
  const ahead = await fromMigrations(manifest, folder).catch(() => undefined);
  return ahead && fits(ahead.catalog) ? ahead : { catalog, from: "database" };
}

/** Another tool's migrations cannot be run here. */
async function fromDatabase(manifest: Manifest, url: string | undefined): Promise<SchemaSource> {
  if (!url) {
    throw new UsageError(
      "there is no database to read the schema from, and only node-pg-migrate's migrations can stand in for one\n" +
        "  Pass -d postgres://user:password@host/database, or a dump (pg_dump -s): --schema schema.sql.",
    );
  }
  const catalog = await withClient(url, (client) => readCatalog(client, manifest));
  return { catalog, from: "database" };
}

async function fromMigrations(manifest: Manifest, folder: string): Promise<SchemaSource> {
  const catalog = await withEmbedded(async (client) => {
    await migrate({ client, folder, direction: "up", count: Number.POSITIVE_INFINITY });
    return readCatalog(client, manifest);
  });
  return { catalog, from: "migrations" };
}
