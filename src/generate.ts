import { asBefore } from "./as-before.ts";
import type { Catalog } from "./catalog.ts";
import { UsageError } from "./exit.ts";
import { type Fault, InputError, type ManifestSource } from "./faults.ts";
import type { Folder, MigrationFile, MigrationFormat } from "./format/format.ts";
import { formerGraph, formerOf } from "./former.ts";
import type { Graph } from "./graph.ts";
import type { Manifest } from "./manifest/manifest.ts";
import type { DbObject } from "./objects/object.ts";
import { objectsOf } from "./objects/objects.ts";
import { type Amendment, amended, amendments } from "./plan/amend.ts";
import { diff, type Step } from "./plan/diff.ts";
import { type Lock, writeLock } from "./plan/lock.ts";
import { migrationsOf } from "./plan/migration.ts";
import { overRenamedTables } from "./plan/renamed-tables.ts";
import { renamesOf } from "./plan/renames.ts";
import { resolve } from "./resolve/resolve.ts";
import { warningText } from "./resolve/warning.ts";

/** All that a generation depends on: the same input gives the same bytes. */
export interface GenerateInput {
  readonly manifest: Manifest;
  /** What the manifest was read from, so that faults can be shown where they stand. */
  readonly source: ManifestSource;
  readonly catalog: Catalog;
  /** What the last generation left; undefined for a first one. */
  readonly lock: Lock | undefined;
  readonly format: MigrationFormat;
  readonly folder: Folder;
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
 * database, UsageError when there is something of ours in it and no lock.
 */
export function generate(input: GenerateInput): Generation {
  const before = input.lock?.objects ?? [];
  const catalog = asBefore(input.catalog, before);
  const { graph, faults, warnings } = resolve(input.manifest, catalog);
  const isLost = input.catalog.installed && !input.lock;
  if (faults.length > 0) throw new InputError(input.source, isLost ? [...faults, LOST] : faults);
  if (isLost) throw new UsageError(`${LOST.what}\n  ${LOST.fix}`);
  const { up, down, after, renamed } = changesOf(before, graph, catalog);
  return {
    files: input.format.write(migrationsOf(up, down), input.folder),
    amendments: amendments(renamed.before, after),
    created: createdBy(up),
    lock: writeLock({ objects: after, format: input.format.name }),
    graph,
    warnings: warnings.map(warningText),
  };
}

/**
 * Ids of what a generation would make or make anew, now that tables and manifest are what they are: none as long as the
 * lock is their generation.
 *
 * @param catalog the one as if nothing had been generated, which the graph is of
 */
export function aheadOf(lock: Lock, graph: Graph, catalog: Catalog): ReadonlySet<string> {
  return createdBy(changesOf(lock.objects, graph, catalog).up);
}

function createdBy(up: readonly Step[]): ReadonlySet<string> {
  return new Set(up.flatMap(({ verb, object }) => (verb === "create" ? object.id : [])));
}

function changesOf(before: readonly DbObject[], graph: Graph, catalog: Catalog) {
  const wanted = objectsOf(graph);
  const former = formerOf(before, graph, catalog);
  const underFormerNames = objectsOf(formerGraph(graph, { ...former, tables: new Map() }));
  const moved = overRenamedTables(before, objectsOf(formerGraph(graph, former)), underFormerNames);
  const renamed = renamesOf(moved.before, underFormerNames, wanted);
  const after = keepDone(wanted, renamed.before);
  const up = between(renamed.up, diff(amended(renamed.before, after), after));
  const there = renamed.backIn(after);
  const back = between(renamed.down, diff(there, amended(moved.back, there)));
  return { up, down: [...moved.down, ...back], after, renamed };
}

/** What goes is dropped under its former name, and what comes is made upon what was renamed. */
function between(renames: readonly Step[], steps: readonly Step[]): Step[] {
  const isDrop = ({ verb }: Step) => verb === "drop";
  return [...steps.filter(isDrop), ...renames, ...steps.filter((step) => !isDrop(step))];
}

/**
 * A foreign key of theirs that ours has replaced is no longer in the catalog, but is still to be
 * restored on the way down: as long as ours is wanted, so is its replacing. And a column that an
 * archive was given is there, and no longer missing.
 */
function keepDone(wanted: DbObject[], before: readonly DbObject[]): DbObject[] {
  const ids = new Set(wanted.map(({ id }) => id));
  const kept = before.filter(
    ({ id, follows }) => follows !== undefined && !ids.has(id) && ids.has(follows),
  );
  return kept.reduceRight((objects, object) => {
    const place = objects.findIndex(({ id }) => id === object.follows);
    return objects.toSpliced(place + 1, 0, object);
  }, wanted);
}

/** What is installed is known by its lock alone: without it, all would be made a second time. */
const LOST: Fault = {
  path: [],
  on: "value",
  what: "schema lastwill is there already, but there is no lock file beside the manifest, which tells what is in it",
  fix: "Restore the lock from version control, or name the manifest that has one with -m. To begin anew, first take back all of it: lastwill migrate down all.",
};
