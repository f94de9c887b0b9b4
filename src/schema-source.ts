import { readdir } from "node:fs/promises";
import { type Catalog, readCatalog } from "./catalog.ts";
import { withClient } from "./database.ts";
import { dumpName, readDumpFile } from "./dump/dump-file.ts";
import { type DumpedCatalog, readDumpedCatalog } from "./dump/dumped-catalog.ts";
import { extensionsIn } from "./dump/extensions.ts";
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
  /** The database, or in an embedded PostgreSQL the folder's own migrations, or a dump. */
  readonly from: "database" | "migrations" | "dump";
  /** What could not be read, in words. */
  readonly warnings: readonly string[];
}

/**
 * Reads the schema that new migrations will meet: the database's, or, where migrations of the folder
 * have not run there yet and make what the manifest names, the schema as they leave it. Without a
 * database the folder has to do. A dump, where one is named, takes the place of both.
 *
 * @param folder of node-pg-migrate's migrations; undefined where another tool runs them
 */
export async function readSchema(
  manifest: Manifest,
  url: string | undefined,
  folder: string | undefined,
  dump?: string,
): Promise<SchemaSource> {
  if (dump !== undefined) return { ...(await readDump(manifest, dump)), from: "dump" };
  if (folder === undefined) return fromDatabase(manifest, url);
  const files = (await readdir(folder).catch(() => [])).filter(isMigration);
  if (!url && files.length > 0) {
    return fromMigrations(manifest, folder).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      throw new UsageError(
        `no database was given, and the migrations in ${folder} cannot be run in the embedded PostgreSQL: ${reason}\n` +
          "  Name a database that has the schema: -d postgres://user:password@host/database, or DATABASE_URL.",
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
  const asItIs: SchemaSource = { catalog, from: "database", warnings: [] };
  if (pending.length === 0 || fits(catalog)) return asItIs;
  // They may need what an embedded PostgreSQL has not; then the database's faults are the ones to show.
  const run = await fromMigrations(manifest, folder).catch(() => undefined);
  const ahead = run && {
    ...run,
    catalog: { ...run.catalog, unknownRoles: catalog.unknownRoles },
  };
  return ahead && fits(ahead.catalog) ? ahead : asItIs;
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
  return { catalog, from: "database", warnings: [] };
}

async function fromMigrations(manifest: Manifest, folder: string): Promise<SchemaSource> {
  const catalog = await withEmbedded(async (client) => {
    await migrate({ client, folder, direction: "up", count: Number.POSITIVE_INFINITY });
    // It has nobody's roles: whether they are there the migration will see.
    return { ...(await readCatalog(client, manifest)), unknownRoles: [] };
  });
  return { catalog, from: "migrations", warnings: [] };
}

/** The catalog that a dump holds: of `pg_dump -s`, in a file or, for `-`, on stdin. */
export async function readDump(manifest: Manifest, file: string): Promise<DumpedCatalog> {
  const text = await readDumpFile(file);
  return withEmbedded(
    (client) => readDumpedCatalog(client, text, dumpName(file), manifest),
    undefined,
    extensionsIn(text),
  );
}
