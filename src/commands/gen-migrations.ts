import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import type { Catalog } from "../catalog.ts";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import type { Folder, MigrationFile, MigrationFormat } from "../format/format.ts";
import { FORMATS, formatNamed } from "../format/formats.ts";
import { type Generation, generate } from "../generate.ts";
import { lingeringRows } from "../lingering.ts";
import { loadManifest } from "../manifest/load.ts";
import { type Lock, lockPath } from "../plan/lock.ts";
import { readSchema } from "../schema-source.ts";
import { unscheduled } from "../unscheduled.ts";
import { unseenPaths } from "../unseen-paths.ts";
import { amendedFiles } from "./amended-files.ts";
import { data, say, warn } from "./console.ts";
import { readLockBeside } from "./lock-file.ts";
import { sizeOf } from "./size.ts";
import { unlessMissing } from "./unless-missing.ts";

/** What `gen-migrations` is called with. */
export interface GenMigrationsOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  /** A dump to read the schema from, in place of a database. */
  readonly schema?: string;
  readonly out: string;
  /** One of `FORMATS`; by default the last generation's. */
  readonly format?: string;
  readonly check?: true;
  readonly stdout?: true;
}

/** Writes the migrations that take the database to what the manifest says. Gives the exit code. */
export async function genMigrations(options: GenMigrationsOptions): Promise<number> {
  const { manifest, source } = await loadManifest(options.manifest);
  const lock = await readLockBeside(options.manifest);
  const format = formatOf(options, lock);
  const { database, out, schema } = options;
  const runnable = format === FORMATS[0] ? out : undefined;
  const { catalog, from, warnings } = await readSchema(manifest, database, runnable, schema);
  for (const warning of warnings) warn(warning);
  if (from === "migrations") say(`Reading the schema that the migrations in ${options.out} make.`);
  const folder = await readFolder(options.out, format);
  if (lock) refuseLost(folder.existing, options);
  const generation = generate({ manifest, source, catalog, lock, format, folder });
  const { graph, created } = generation;
  const met =
    from === "database"
      ? await withClient(options.database, async (client) => [
          ...(await lingeringRows(client, graph, created)),
          ...(await unscheduled(client, graph, created)),
          ...(await unseenPaths(client, graph, created)),
        ])
      : [];
  const checkedIn = format.checksums && from !== "migrations" ? catalog : undefined;
  const former = await amendedFiles(out, format, generation.amendments, checkedIn);
  for (const warning of [...generation.warnings, ...met]) warn(warning);
  if (generation.files.length + former.length === 0) {
    say("Nothing has changed since the last migration.");
    return EXIT.fine;
  }
  if (options.stdout) {
    print([...former, ...generation.files], options.out);
    return options.check ? EXIT.found : EXIT.fine;
  }
  if (options.check) return reportMissing([...former, ...generation.files], options);
  await write(generation, former, options);
  report([...former, ...generation.files], options.out, catalog);
  if (former.length > 0) sayAmended(former);
  say(format === FORMATS[0] ? BY_US : BY_THEM);
  return EXIT.fine;
}

const BY_US = "\nRead them, commit them with the lock, and run: npx lastwill migrate up";
const BY_THEM = "\nRead them, commit them with the lock, and run them as you run your others.";

/** A folder's migrations are all of one form. */
function formatOf({ format, out }: GenMigrationsOptions, lock: Lock | undefined): MigrationFormat {
  const name = format ?? lock?.format;
  if (format !== undefined && lock && lock.format !== format) {
    warn(
      `the migrations before these were written for ${lock.format}; these, in ${out}, are for ${format}.`,
    );
  }
  return name === undefined ? (FORMATS[0] as MigrationFormat) : formatNamed(name);
}

async function readFolder(out: string, format: MigrationFormat): Promise<Folder> {
  const texts = new Map<string, string>();
  for (const file of format.reads) {
    const text = await unlessMissing(readFile(join(out, file), "utf8"), undefined);
    if (text !== undefined) texts.set(file, text);
  }
  return { existing: await unlessMissing(readdir(out), []), texts, now: clock() };
}

/** By a lock whose migrations are elsewhere "nothing has changed" would be said of what nobody has. */
function refuseLost(existing: readonly string[], { manifest, out }: GenMigrationsOptions): void {
  if (existing.some((file) => /[_-]lastwill[_-]/i.test(file))) return;
  throw new UsageError(
    `${lockPath(manifest)} says that migrations were written, but ${out} holds none of them\n` +
      "  Restore them from version control, or name their folder with -o; to begin anew, delete the lock.",
  );
}

/** Each file after its name, as `head` and `tail` do it. */
function print(files: readonly MigrationFile[], out: string): void {
  for (const { name, text } of files) data(`==> ${join(out, name)} <==\n${text}`);
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
  former: readonly MigrationFile[],
  options: GenMigrationsOptions,
): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const file of [...former, ...generation.files]) {
      const path = join(options.out, file.name);
      await mkdir(dirname(path), { recursive: true });
      const before = file.replaces
        ? await unlessMissing(readFile(path, "utf8"), undefined)
        : undefined;
      await writeFile(path, file.text, { flag: file.replaces ? "w" : "wx" });
      undo.push(() => (before === undefined ? rm(path, { force: true }) : writeFile(path, before)));
    }
    await writeFile(lockPath(options.manifest), generation.lock);
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

function report(files: readonly MigrationFile[], out: string, catalog: Catalog): void {
  for (const file of files) {
    data(join(out, file.name));
    for (const hazard of file.hazards) say(`  - ${hazard.text}${sizeOf(hazard, catalog)}`);
  }
}

function sayAmended(former: readonly MigrationFile[]): void {
  const names = former.map(({ name }) => name).join(", ");
  say(`\nWhat ${names} does with orphans is written anew; where it has run, nothing is to do.`);
}

/** The reproducible-builds convention: a fixed clock makes the names of timestamped files fixed too. */
function clock(): number {
  const fixed = Number(process.env["SOURCE_DATE_EPOCH"]);
  return fixed > 0 ? fixed * 1000 : Date.now();
}
