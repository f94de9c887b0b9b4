import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { type Generation, generate } from "../generate.ts";
import { lingeringRows } from "../lingering.ts";
import { loadManifest } from "../manifest/load.ts";
import { isMigration } from "../migrate.ts";
import { type Amendment, amendedText, has } from "../plan/amend.ts";
import { lockPath } from "../plan/lock.ts";
import type { MigrationFile } from "../plan/migration.ts";
import { readSchema } from "../schema-source.ts";
import { data, say, warn } from "./console.ts";

/** What `gen-migrations` is called with. */
export interface GenMigrationsOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  readonly out: string;
  readonly check?: true;
  readonly stdout?: true;
}

/** Writes the migrations that take the database to what the manifest says. Gives the exit code. */
export async function genMigrations(options: GenMigrationsOptions): Promise<number> {
  const { manifest, source } = await loadManifest(options.manifest);
  const lock = lockPath(options.manifest);
  const { catalog, from } = await readSchema(manifest, options.database, options.out);
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
  const former = await amendedFiles(options.out, existing, generation.amendments);
  for (const warning of [...generation.warnings, ...lingering]) warn(warning);
  if (generation.files.length + former.length === 0) {
    say("Nothing has changed since the last migration.");
    return EXIT.fine;
  }
  if (options.stdout) {
    for (const file of [...former, ...generation.files]) data(file.text);
    return options.check ? EXIT.found : EXIT.fine;
  }
  if (options.check) return reportMissing([...former, ...generation.files], options);
  await write(generation, former, options.out, lock);
  report(former, generation.files, options.out);
  return EXIT.fine;
}

/** A migration of the folder that is to read differently. */
interface FormerFile extends MigrationFile {
  /** As it reads now. */
  readonly before: string;
}

/** The migrations that do with orphans what the manifest no longer says. */
async function amendedFiles(
  folder: string,
  names: readonly string[],
  amendments: readonly Amendment[],
): Promise<FormerFile[]> {
  if (amendments.length === 0) return [];
  const files = await Promise.all(
    names
      .filter(isMigration)
      .map(async (name) => ({ name, before: await readFile(join(folder, name), "utf8") })),
  );
  return files.flatMap(({ name, before }) => {
    const made = amendments.filter(({ was }) => has(before, was));
    if (made.length === 0) return [];
    const hazards = made.flatMap(({ is }) => is.hazards);
    return [{ name, before, text: amendedText(before, made), hazards }];
  });
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
  say(
    `The manifest ${options.manifest} is ahead of the migrations in ${options.out}; missing or outdated:`,
  );
  for (const file of files) data(join(options.out, file.name));
  say("Run gen-migrations without --check to write them.");
  return EXIT.found;
}

/** All files or none: a lock without its migrations would lose them for good. */
async function write(
  generation: Generation,
  former: readonly FormerFile[],
  out: string,
  lock: string,
): Promise<void> {
  await mkdir(out, { recursive: true });
  const written: string[] = [];
  try {
    for (const file of generation.files) {
      const path = join(out, file.name);
      await writeFile(path, file.text, { flag: "wx" });
      written.push(path);
    }
    for (const { name, text } of former) await writeFile(join(out, name), text);
    await writeFile(lock, generation.lock);
  } catch (error) {
    for (const path of written) await rm(path, { force: true });
    for (const { name, before } of former) await writeFile(join(out, name), before);
    throw error;
  }
}

function report(former: readonly FormerFile[], files: readonly MigrationFile[], out: string): void {
  for (const file of [...former, ...files]) {
    data(join(out, file.name));
    for (const hazard of file.hazards) say(`  - ${hazard}`);
  }
  if (former.length > 0) {
    const names = former.map(({ name }) => name).join(", ");
    say(`\nWhat ${names} does with orphans is written anew; where it has run, nothing is to do.`);
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
