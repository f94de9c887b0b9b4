import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { type Generation, generate } from "../generate.ts";
import { lingeringRows } from "../lingering.ts";
import { loadManifest } from "../manifest/load.ts";
import { lockPath } from "../plan/lock.ts";
import type { MigrationFile } from "../plan/migration.ts";
import { readSchema } from "../schema-source.ts";
import { data, say, warn } from "./console.ts";

/** What `gen-migrations` is called with. */
export interface GenMigrationsOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  /** A dump to read the schema from, in place of a database. */
  readonly schema?: string;
  readonly out: string;
  readonly check?: true;
  readonly stdout?: true;
}

/** Writes the migrations that take the database to what the manifest says. Gives the exit code. */
export async function genMigrations(options: GenMigrationsOptions): Promise<number> {
  const { manifest, source } = await loadManifest(options.manifest);
  const lock = lockPath(options.manifest);
  const { database, out, schema } = options;
  const { catalog, from, warnings } = await readSchema(manifest, database, out, schema);
  for (const warning of warnings) warn(warning);
  if (from === "migrations") say(`Reading the schema that the migrations in ${options.out} make.`);
  const existing = await list(options.out);
  const lockText = await readIfThere(lock);
  if (lockText !== undefined) refuseLost(existing, lock, options.out);
  const generation = generate({
    manifest,
    source,
    catalog,
    lock: { file: lock, text: lockText },
    existing,
    now: clock(),
  });
  const lingering =
    from === "database"
      ? await withClient(options.database, (client) =>
          lingeringRows(client, generation.graph, generation.created),
        )
      : [];
  for (const warning of [...generation.warnings, ...lingering]) warn(warning);
  if (generation.files.length === 0) {
    say("Nothing has changed since the last migration.");
    return EXIT.fine;
  }
  if (options.stdout) {
    for (const file of generation.files) data(file.text);
    return options.check ? EXIT.found : EXIT.fine;
  }
  if (options.check) return reportMissing(generation.files, options);
  await write(generation, options.out, lock);
  report(generation.files, options.out);
  return EXIT.fine;
}

/** By a lock whose migrations are elsewhere "nothing has changed" would be said of what nobody has. */
function refuseLost(existing: readonly string[], lock: string, out: string): void {
  if (existing.some((file) => /_lastwill-/.test(file))) return;
  throw new UsageError(
    `${lock} says that migrations were written, but ${out} holds none of them\n` +
      "  Restore them from version control, or name their folder with -o; to begin anew, delete the lock.",
  );
}

function reportMissing(files: readonly MigrationFile[], options: GenMigrationsOptions): number {
  say(`The manifest ${options.manifest} is ahead of the migrations in ${options.out}; missing:`);
  for (const file of files) data(join(options.out, file.name));
  say("Run gen-migrations without --check to write them.");
  return EXIT.found;
}

/** All files or none: a lock without its migrations would lose them for good. */
async function write(generation: Generation, out: string, lock: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const written: string[] = [];
  try {
    for (const file of generation.files) {
      const path = join(out, file.name);
      await writeFile(path, file.text, { flag: "wx" });
      written.push(path);
    }
    await writeFile(lock, generation.lock);
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    throw error;
  }
}

function report(files: readonly MigrationFile[], out: string): void {
  for (const file of files) {
    data(join(out, file.name));
    for (const hazard of file.hazards) say(`  - ${hazard}`);
  }
  say("\nRead them, commit them with the lock, and run: npx lastwill migrate up");
}

/** The reproducible-builds convention: a fixed clock makes the names of timestamped files fixed too. */
function clock(): number {
  const fixed = Number(process.env["SOURCE_DATE_EPOCH"]);
  return fixed > 0 ? fixed * 1000 : Date.now();
}

async function readIfThere(file: string): Promise<string | undefined> {
  return unlessMissing(readFile(file, "utf8"), undefined);
}

async function list(folder: string): Promise<string[]> {
  return unlessMissing(readdir(folder), []);
}

async function unlessMissing<T>(reading: Promise<T>, otherwise: T): Promise<T> {
  return reading.catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return otherwise;
    throw error;
  });
}
