import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readCatalog } from "../../src/catalog.ts";
import type { Folder, MigrationFile, MigrationFormat } from "../../src/format/format.ts";
import { generate } from "../../src/generate.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { readLock } from "../../src/plan/lock.ts";
import type { TestDatabase } from "../support/database.ts";

/** A database, and the manifests for which migrations are generated one after the other. */
export interface Case {
  readonly schema: string;
  readonly manifests: readonly string[];
}

/** An index, a foreign key in the place of another, links and their backfill, a job; then the carts' edge goes. */
export const EVERY_KIND: Case = readCase("every-kind");

/** Names, and a condition, that hold whatever the tools take for marks, slots and ends. */
export const HOSTILE: Case = readCase("hostile");

function readCase(folder: string): Case {
  const read = (file: string) =>
    readFileSync(new URL(`${folder}/${file}`, import.meta.url), "utf8");
  const steps = readdirSync(new URL(`${folder}/steps`, import.meta.url)).sort();
  return { schema: read("schema.sql"), manifests: steps.map((step) => read(`steps/${step}`)) };
}

/** What generating left behind: all files so far, in order, and the lock. */
export interface Generated {
  readonly files: readonly MigrationFile[];
  readonly lock: string | undefined;
}

/** Before anything was generated. */
export const nothing: Generated = { files: [], lock: undefined };

/** What a format finds where files are already, on 2026-02-03 at 04:05:06 UTC. */
export function folderOf(files: readonly MigrationFile[]): Folder {
  return {
    existing: [...new Set(files.map(({ name }) => name.split("/")[0] ?? ""))],
    texts: new Map(files.map(({ name, text }) => [name, text])),
    now: 1_770_091_506_000,
  };
}

/** Generates as the command does, from what the database holds now. Gives the new files alone. */
export async function generateFor(
  format: MigrationFormat,
  db: TestDatabase,
  manifestText: string,
  before: Generated,
): Promise<Generated> {
  const { manifest, source } = readManifest(manifestText, "ownership.yaml");
  const client = await db.connect();
  try {
    const { files, lock } = generate({
      manifest,
      source,
      catalog: await readCatalog(client, manifest),
      lock: before.lock === undefined ? undefined : readLock(before.lock, "ownership.lock.json"),
      format,
      folder: folderOf(before.files),
    });
    return { files, lock };
  } finally {
    await client.end();
  }
}

/** Puts files into a folder. */
export function write(folder: string, files: readonly MigrationFile[]): void {
  for (const { name, text } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
