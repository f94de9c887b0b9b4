import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inject } from "vitest";
import { type Catalog, readCatalog } from "../../src/catalog.ts";
import type { MigrationFile } from "../../src/format/format.ts";
import { formatNamed } from "../../src/format/formats.ts";
import { type Generation, generate } from "../../src/generate.ts";
import type { Manifest } from "../../src/manifest/manifest.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { MIGRATIONS_TABLE, migrate } from "../../src/migrate.ts";
import { readLock } from "../../src/plan/lock.ts";
import { createDatabase, type TestDatabase } from "../support/database.ts";
import { checkFunctions, type Finding } from "../support/plpgsql-check.ts";
import { pgDump } from "../support/psql.ts";
import { schemaText } from "../support/schema-text.ts";

/** One folder of `test/golden`, with the text of what is in it. */
export interface GoldenCase {
  /** The folder's name, which is a sentence, with its spaces. */
  readonly name: string;
  /** The database as it was before, as SQL. */
  readonly schema: string;
  /** The manifests, one for each time that migrations were generated; most cases have one. */
  readonly manifests: readonly string[];
  readonly folder: string;
}

const root = fileURLToPath(new URL(".", import.meta.url));

/** The cases whose migrations are installed, or with `steps/` instead of `ownership.yaml`, changed. */
export function goldenCases(kind: "install" | "change"): readonly GoldenCase[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => readCase(entry.name))
    .filter(({ manifests }) => manifests.length > 1 === (kind === "change"));
}

function readCase(name: string): GoldenCase {
  const folder = join(root, name);
  const read = (file: string) => readFileSync(join(folder, file), "utf8");
  const steps = names(join(folder, "steps")).map((step) => read(`steps/${step}`));
  return {
    name: name.replaceAll("-", " "),
    folder,
    schema: read("schema.sql"),
    manifests: steps.length > 0 ? steps : [read("ownership.yaml")],
  };
}

/** The migrations that a case expects, by file name. */
export function expectedFiles(golden: GoldenCase): ReadonlyMap<string, string> {
  const folder = join(golden.folder, "expected");
  const files = names(folder).filter((name) => name !== DUMP);
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/**
 * The dump that a case expects after all its migrations. Most cases have none, for it says little that
 * the migrations do not; for a new one make the file, empty, and update.
 */
export function expectedDump(golden: GoldenCase): string | undefined {
  const folder = join(golden.folder, "expected");
  if (!names(folder).includes(DUMP)) return undefined;
  return readFileSync(join(folder, DUMP), "utf8");
}

/** Whether what comes out is to be written down: read the difference before you commit it. */
export const updating: boolean = Boolean(process.env["UPDATE_GOLDEN"]);

/** Writes down the migrations that come out. */
export function updateFiles(golden: GoldenCase, files: readonly MigrationFile[]): void {
  const folder = join(golden.folder, "expected");
  for (const name of names(folder)) if (name !== DUMP) rmSync(join(folder, name));
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
}

/** Writes down the dump that comes out, in a case that expects one. */
export function updateDump(golden: GoldenCase, dump: string): void {
  if (expectedDump(golden) === undefined) return;
  writeFileSync(join(golden.folder, "expected", DUMP), dump);
}

const DUMP = "dump.sql";

/** What generating left behind: files in the folder of migrations, and the lock. */
export interface Generated {
  readonly files: readonly MigrationFile[];
  readonly lock: string | undefined;
}

/** Before anything was generated. */
export const nothing: Generated = { files: [], lock: undefined };

/** Generates as the command does, from what the database holds now. */
export async function generateFrom(
  db: TestDatabase,
  manifestText: string,
  before: Generated = nothing,
): Promise<Generation> {
  const client = await db.connect();
  try {
    return await generateBy((manifest) => readCatalog(client, manifest), manifestText, before);
  } finally {
    await client.end();
  }
}

/** Generates as the command does, from a catalog that is read somehow. */
export async function generateBy(
  read: (manifest: Manifest) => Promise<Catalog>,
  manifestText: string,
  before: Generated = nothing,
): Promise<Generation> {
  const { manifest, source } = readManifest(manifestText, "ownership.yaml");
  return generate({
    manifest,
    source,
    catalog: await read(manifest),
    lock: before.lock === undefined ? undefined : readLock(before.lock, "ownership.lock.json"),
    format: formatNamed("node-pg-migrate"),
    folder: { existing: before.files.map(({ name }) => name), texts: new Map(), now: 0 },
  });
}

/** A database with a case's schema, and a folder for its migrations. */
export interface Stage {
  readonly db: TestDatabase;
  readonly folder: string;
  /** The schema as it was before. */
  readonly before: string;
  readonly close: () => Promise<void>;
}

/** Sets the stage for a case, whose tests share it: each leaves it as it found it. */
export async function setStage(golden: GoldenCase): Promise<Stage> {
  const db = await createDatabase();
  await db.query(golden.schema);
  const folder = mkdtempSync(join(tmpdir(), "lastwill-golden-"));
  const close = async () => {
    rmSync(folder, { recursive: true });
    await db.close();
  };
  return { db, folder, before: await schemaOf(db), close };
}

/** A folder of migrations, for as long as `work` takes. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "lastwill-golden-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts migrations into a folder. */
export function write(folder: string, files: readonly MigrationFile[]): void {
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
}

/** Migrates with our own runner, as far as it goes; gives how many migrations ran. */
export async function run(
  db: TestDatabase,
  folder: string,
  direction: "up" | "down",
  count: number = Number.POSITIVE_INFINITY,
): Promise<number> {
  const client = await db.connect();
  try {
    const ran = await migrate({ client, folder, direction, count, table: MIGRATIONS_TABLE });
    return ran.length;
  } finally {
    await client.end();
  }
}

/** Generates what a manifest wants on top of `before`, and migrates up. */
export async function advance(
  { db, folder }: Pick<Stage, "db" | "folder">,
  manifestText: string,
  before: Generated,
): Promise<Generated> {
  const { files, lock } = await generateFrom(db, manifestText, before);
  write(folder, files);
  await run(db, folder, "up");
  return { files: [...before.files, ...files], lock };
}

/** The schema of the database: a dump, or where no pg_dump fits, what says as much. */
export function schemaOf(db: TestDatabase): Promise<string> {
  return inject("pgDump") === null ? schemaText(db) : pgDump(db.url);
}

/** Where runners note what has run. */
const NOTED: readonly string[] = [`public.${MIGRATIONS_TABLE}`, "public.pgmigrations"];

/** The schema of the database, but for the table in which a runner notes what has run. */
export function schemaBesideRunner(db: TestDatabase): Promise<string> {
  return schemaText(db, NOTED);
}

/** The same, dumped. */
export function dumpBesideRunner(db: TestDatabase): Promise<string> {
  return pgDump(db.url, ...NOTED.flatMap((table) => ["-T", `${table}*`]));
}

/**
 * What plpgsql_check finds wrong. It looks up constant dynamic SQL too, and that reads pg_cron's table.
 * The database is afterwards as it was.
 */
export async function findings(db: TestDatabase): Promise<readonly Finding[]> {
  await db.query(`
    begin;
    create schema cron;
    create table cron.job (
      jobid bigint, schedule text, command text, database text, username text, active boolean,
      jobname text
    )`);
  try {
    return await checkFunctions(db);
  } finally {
    await db.query("rollback");
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
