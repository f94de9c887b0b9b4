import process from "node:process";
import type pg from "pg";
import { asBefore } from "../as-before.ts";
import { readCatalog } from "../catalog.ts";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { InputError } from "../faults.ts";
import { aheadOf } from "../generate.ts";
import type { Graph } from "../graph.ts";
import { aheadFindings } from "../health/ahead-findings.ts";
import { askFindings } from "../health/ask-findings.ts";
import { askObjects, type Objects } from "../health/ask-objects.ts";
import { compareThings } from "../health/compare.ts";
import { type Finding, isTrouble } from "../health/finding.ts";
import { mendSql } from "../health/mend-sql.ts";
import { warningFindings } from "../health/warning-findings.ts";
import { loadManifest } from "../manifest/load.ts";
import type { CheckOutput } from "../output/check.ts";
import type { Lock } from "../plan/lock.ts";
import { resolve } from "../resolve/resolve.ts";
import { readDump } from "../schema-source.ts";
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
  const output = await withClient(options.database, (client) => check(client, options, lock));
  if (options.json) data(JSON.stringify(output, null, 2));
  else if (options.mend) showMending(output, lock);
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
  const { faults, warnings } = resolve(manifest, catalog);
  if (faults.length > 0) throw new InputError(source, faults);
  const findings = warningFindings(warnings);
  for (const line of findingLines(findings, process.stdout.columns)) data(line);
  if (findings.some(isTrouble)) return EXIT.found;
  say(`${options.manifest} and ${schema} fit.`);
  return EXIT.fine;
}

async function check(
  client: pg.ClientBase,
  options: CheckCommandOptions,
  lock: Lock | undefined,
): Promise<CheckOutput> {
  const { manifest, source } = await loadManifest(options.manifest);
  const read = await readCatalog(client, manifest);
  const before = asBefore(read, lock?.objects ?? []);
  const { graph, faults, warnings } = resolve(manifest, before);
  if (faults.length > 0) throw new InputError(source, faults);
  const objects = lock && (await askObjects(client, lock.objects));
  const ofObjects = objects ? compareThings(objects) : [];
  const ahead = lock ? aheadFindings(aheadOf(lock, graph, before), options.manifest) : [];
  const rest = read.installed ? await askRest(client, graph, ofObjects) : [];
  return {
    objects: objects ? counted(objects, ofObjects.length) : null,
    findings: [...ofObjects, ...ahead, ...warningFindings(warnings), ...rest],
  };
}

/** Jobs, settings and rows, as far as what is broken lets them be asked for. */
async function askRest(
  client: pg.ClientBase,
  graph: Graph,
  ofObjects: readonly Finding[],
): Promise<Finding[]> {
  try {
    return await askFindings(client, graph);
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
  if (findings.some(isTrouble)) say(`${troublesText(findings).replace(/^one/, "One")}.`);
  else
    say(
      `${manifest} and the database fit${objects ? `; all ${objects.declared} things are installed` : ""}.`,
    );
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
function showMending({ findings }: CheckOutput, lock: Lock | undefined): void {
  for (const line of findingLines(findings, process.stderr.columns)) say(line);
  for (const statement of mendSql(findings, lock?.objects ?? [])) data(`${statement}\n`);
}
