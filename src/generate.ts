import type { Catalog } from "./catalog.ts";
import { InputError, type ManifestSource } from "./faults.ts";
import type { Graph } from "./graph.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { DbObject } from "./objects/object.ts";
import { objectsOf } from "./objects/objects.ts";
import { type Amendment, amended, amendments } from "./plan/amend.ts";
import { diff } from "./plan/diff.ts";
import { readLock, writeLock } from "./plan/lock.ts";
import { type MigrationFile, migrationFiles } from "./plan/migration.ts";
import { resolve } from "./resolve/resolve.ts";

/** All that a generation depends on: the same input gives the same bytes. */
export interface GenerateInput {
  readonly manifest: Manifest;
  /** What the manifest was read from, so that faults can be shown where they stand. */
  readonly source: ManifestSource;
  readonly catalog: Catalog;
  /** The lock file's text and name; undefined text for a first generation. */
  readonly lock: { readonly file: string; readonly text: string | undefined };
  /** Names of the files in the migrations folder. */
  readonly existing: readonly string[];
  /** Milliseconds; only for folders whose migrations are named by timestamps. */
  readonly now: number;
}

export interface Generation {
  /** None when nothing has changed. */
  readonly files: readonly MigrationFile[];
  /** The new lock's text. */
  readonly lock: string;
  readonly graph: Graph;
  /** What files of the folder are to do with orphans, where it is no more what they do. */
  readonly amendments: readonly Amendment[];
  /** Ids of the objects that the files make or make anew. */
  readonly created: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/**
 * From manifest and catalog to migrations: only the difference to what the lock says was generated
 * before. Pure: it reads and writes nothing. Throws InputError when the manifest does not fit the
 * database, or the lock is not as it was written.
 */
export function generate(input: GenerateInput): Generation {
  const { graph, faults, warnings } = resolve(input.manifest, input.catalog);
  if (faults.length > 0) throw new InputError(input.source, faults);
  const last = input.lock.text === undefined ? [] : readLock(input.lock.text, input.lock.file);
  const after = keepReplaced(objectsOf(graph), last);
  const before = amended(last, after);
  const up = diff(before, after);
  return {
    files: migrationFiles(up, diff(after, before), input.existing, input.now),
    amendments: amendments(last, after),
    created: new Set(up.flatMap(({ verb, object }) => (verb === "create" ? object.id : []))),
    lock: writeLock(after),
    graph,
    warnings: [...warnings, ...lockWarnings(input, before)],
  };
}

/** What cannot be read from the catalog once it has been done. */
const DONE = /^(?:replaced foreign key|archive column) /;

/**
 * A foreign key of theirs that ours has replaced is no longer in the catalog, but is still to be
 * restored on the way down: as long as ours is wanted, so is its replacing. And a column that an
 * archive was given is there, and no longer missing.
 */
function keepReplaced(wanted: DbObject[], before: readonly DbObject[]): DbObject[] {
  const ids = new Set(wanted.map(({ id }) => id));
  const kept = before.filter(
    ({ id, needs }) => DONE.test(id) && !ids.has(id) && needs.every((need) => ids.has(need)),
  );
  return kept.reduceRight((objects, object) => {
    const place = Math.max(
      ...object.needs.map((need) => objects.findIndex(({ id }) => id === need)),
    );
    return objects.toSpliced(place + 1, 0, object);
  }, wanted);
}

function lockWarnings(input: GenerateInput, before: readonly DbObject[]): string[] {
  if (!input.catalog.installed || before.length > 0) return [];
  return [
    `the database has a schema lastwill already, but there is no ${input.lock.file}: these migrations ` +
      "install everything from the start. If that is not meant, restore the lock from version control.",
  ];
}
