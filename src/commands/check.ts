import process from "node:process";
import type pg from "pg";
import { asBefore } from "../as-before.ts";
import { readCatalog } from "../catalog.ts";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { aheadOf } from "../generate.ts";
import type { Graph } from "../graph.ts";
import { aheadFindings } from "../health/ahead-findings.ts";
import { askFindings, type Watched } from "../health/ask-findings.ts";
import { askObjects, type Objects } from "../health/ask-objects.ts";
import { compareThings } from "../health/compare.ts";
import { faultFindings } from "../health/fault-findings.ts";
import { type Finding, isTrouble } from "../health/finding.ts";
import { mendSql } from "../health/mend-sql.ts";
import { warningFindings } from "../health/warning-findings.ts";
import { loadManifest } from "../manifest/load.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { CheckOutput } from "../output/check.ts";
import type { Lock } from "../plan/lock.ts";
import { type Resolution, resolve, tablesOf } from "../resolve/resolve.ts";
import type { Warning } from "../resolve/warning.ts";
import { readDump } from "../schema-source.ts";
import type { Sql } from "../sql/quote.ts";
import { sqlStateOf } from "../sql-state.ts";
import { data, say, warn } from "./console.ts";
import { findingLines, troublesText } from "./finding-lines.ts";
import { readLockBeside } from "./lock-file.ts";

/** What `check` is called with. */
export interface CheckCommandOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  /** A dump to be held against instead. */
  readonly schema?: string;
  readonly json?: true;
  readonly mend?: true;
}

/**
 * `check`: holds the manifest against the database as it is now, each object of the lock against what is installed, and
 * looks at what lets rows silently stay. Gives the exit code: 1 when something needs a person.
 */
export async function checkCommand(options: CheckCommandOptions): Promise<number> {
  if (options.schema !== undefined) return checkDump(options, options.schema);
  const lock = await readLockBeside(options.manifest);
  if (options.mend && lock === undefined) {
    throw new UsageError(
      "there is no lock beside the manifest, and what mends an object is in it\n  Restore it from version control.",
    );
  }
  const { mending, ...output } = await withClient(options.database, (client) =>
    check(client, options, lock),
  );
  if (options.json) data(JSON.stringify(output, null, 2));
  else if (options.mend) showMending(output, mending);
  else show(output, options);
  return output.findings.some(isTrouble) ? EXIT.found : EXIT.fine;
}

/** A dump tells names and types; what is installed only a database does. */
async function checkDump(options: CheckCommandOptions, schema: string): Promise<number> {
  if (options.json || options.mend) {
    throw new UsageError(
      "a dump does not tell what is installed\n  Leave out --json and --mend, or name a database with -d.",
    );
  }
  const { manifest, source } = await loadManifest(options.manifest);
  const { catalog, warnings: gaps } = await readDump(manifest, schema);
  for (const gap of gaps) warn(gap);
  const resolution = resolve(manifest, catalog);
  const findings = [
    ...faultFindings(source, resolution.faults),
    ...warningFindings(holding(resolution)),
  ];
  for (const line of findingLines(findings, process.stdout.columns)) data(line);
  if (findings.some(isTrouble)) {
    sayTroubles(findings);
    return EXIT.found;
  }
  say(`${options.manifest} and ${schema} fit.`);
  return EXIT.fine;
}

/** What was found, and the SQL that mends what SQL can. */
interface Checked extends CheckOutput {
  readonly mending: readonly Sql[];
}

/** Where the manifest does not fit, the lock still tells what is installed. */
async function check(
  client: pg.ClientBase,
  options: CheckCommandOptions,
  lock: Lock | undefined,
): Promise<Checked> {
  const { manifest, source } = await loadManifest(options.manifest);
  const read = await readCatalog(client, manifest);
  const before = asBefore(read, lock?.objects ?? []);
  const resolution = resolve(manifest, before);
  const { graph, faults } = resolution;
  const objects = lock && (await askObjects(client, lock.objects));
  const differences = objects ? compareThings(objects) : [];
  const ofObjects = differences.map(({ finding }) => finding);
  const fits = faults.length === 0;
  const ahead = lock && fits ? aheadFindings(aheadOf(lock, graph, before), options.manifest) : [];
  const rest = read.installed
    ? await askRest(client, watched(manifest, graph, lock), ofObjects)
    : [];
  return {
    objects: objects ? counted(objects, ofObjects.length) : null,
    findings: [
      ...faultFindings(source, faults),
      ...ofObjects,
      ...ahead,
      ...warningFindings(holding(resolution)),
      ...rest,
    ],
    mending: lock && objects ? mendSql(differences, objects, lock.objects) : [],
  };
}

/** An edge that does not fit passes for one that is not declared: then only what is said of time zones holds. */
function holding({ faults, warnings }: Resolution): readonly Warning[] {
  return faults.length === 0 ? warnings : warnings.filter(({ kind }) => kind === "zone");
}

/** Of an owner or an edge that does not fit, the graph knows no table, and the lock that of the last generation. */
function watched(manifest: Manifest, graph: Graph, lock: Lock | undefined): Watched {
  const owners = manifest.owners.map(({ name, sweep }) => ({ name, ...sweep }));
  const locked = (lock?.objects ?? []).flatMap(({ about }) => (about ? [about] : []));
  return {
    cron: manifest.cron,
    owners,
    tables: [...graph.owners.flatMap(tablesOf), ...locked],
  };
}

/** Jobs, settings and rows, as far as what is broken lets them be asked for. */
async function askRest(
  client: pg.ClientBase,
  watched: Watched,
  ofObjects: readonly Finding[],
): Promise<Finding[]> {
  try {
    return await askFindings(client, watched);
  } catch (error) {
    if (!ofObjects.some(isTrouble) || !isOfSchema(error)) throw error;
    warn(
      `until that is mended, jobs, settings and rows cannot be looked at: ${error.message}\n  Check again afterwards.`,
    );
    return [];
  }
}

/** Names that are not there, or are something else: SQLSTATE class 42, but for rights. */
function isOfSchema(error: unknown): error is Error {
  return error instanceof Error && /^42(?!501)/.test(sqlStateOf(error) ?? "");
}

function counted({ wanted, failed, by }: Objects, findings: number): CheckOutput["objects"] {
  const declared = wanted.length + failed.size;
  return { declared, installed: Math.max(0, declared - findings), compared_by: by };
}

function show({ objects, findings }: CheckOutput, { manifest }: CheckCommandOptions): void {
  for (const line of findingLines(findings, process.stdout.columns)) data(line);
  sayCompared(objects);
  if (findings.some(isTrouble)) sayTroubles(findings);
  else
    say(
      `${manifest} and the database fit${objects ? `; all ${objects.declared} things are installed` : ""}.`,
    );
}

function sayTroubles(findings: readonly Finding[]): void {
  say(`${troublesText(findings).replace(/^one/, "One")}.`);
}

function sayCompared(objects: CheckOutput["objects"]): void {
  if (objects === null) {
    say("There is no lock beside the manifest: what is installed was not compared.");
  } else if (objects.compared_by === "stamps") {
    warn(
      "this role, or this server, may make nothing: only stamps and the bodies of functions were compared, not views, keys and triggers.\n" +
        "  Check the primary, as the role that migrates.",
    );
  }
}

/** SQL for psql; what it is for goes to the person. */
function showMending({ findings }: CheckOutput, mending: readonly Sql[]): void {
  for (const line of findingLines(findings, process.stderr.columns)) say(line);
  for (const statement of mending) data(`${statement}\n`);
}
