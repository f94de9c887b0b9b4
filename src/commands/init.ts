import { access, writeFile } from "node:fs/promises";
import { extname } from "node:path";
import process from "node:process";
import { type Queryable, readCatalog } from "../catalog.ts";
import { count } from "../count.ts";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { type Fault, InputError } from "../faults.ts";
import { onlyReading } from "../init/ask.ts";
import type { Findings, FoundEdge } from "../init/findings.ts";
import { manifestText } from "../init/manifest-text.ts";
import { asDecided, faultsToSettle, settled } from "../init/settle.ts";
import { survey } from "../init/survey.ts";
import { readManifest } from "../manifest/read.ts";
import { resolve } from "../resolve/resolve.ts";
import { data, say } from "./console.ts";

/** What `init` is called with. */
export interface InitOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  readonly stdout?: true;
}

/** `init`: writes a manifest from what is found in the database; it asks nothing, and overwrites nothing. */
export async function initCommand(options: InitOptions): Promise<number> {
  const { manifest: file, database, stdout } = options;
  if (!stdout) await refuseFile(file);
  const tell = process.stderr.isTTY ? say : () => undefined;
  const { findings, text } = await withClient(database, async (client) =>
    fitting(client, await survey(client, tell)),
  );
  if (stdout) {
    data(text.trimEnd());
    return EXIT.fine;
  }
  await write(file, text);
  say(`${file} is written: ${summary(findings)}.`);
  const next = `gen-migrations${file === "ownership.yaml" ? "" : ` -m ${file}`}`;
  for (const { table, caution } of allEdges(findings)) {
    if (caution !== undefined) say(`Look twice at ${table.name}: ${caution}.`);
  }
  const decisions = allEdges(findings).filter(({ inTheWay }) => inTheWay).length;
  say(
    decisions === 0
      ? `Read it, and then run: ${next}`
      : `Read it, decide what it says to decide (${count(decisions, "line", "lines")}), and then run: ${next}`,
  );
  return EXIT.fine;
}

/** No more than a table's depth of faults can lie behind each other. */
const MOST_ROUNDS = 20;

/** Takes back what the database would refuse, until it refuses nothing. */
async function fitting(
  client: Queryable,
  found: Findings,
): Promise<{ findings: Findings; text: string }> {
  let findings = found;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const faults = await faultsOf(client, manifestText(asDecided(findings)));
    const open = faultsToSettle(findings, faults);
    if (open.length === 0) return { findings, text: manifestText(findings) };
    findings = settled(findings, open);
  }
  throw new Error("what init found cannot be made to fit the database");
}

/** What is wrong with a manifest, in itself or with regard to the database. */
async function faultsOf(client: Queryable, text: string): Promise<readonly Fault[]> {
  try {
    const { manifest } = readManifest(text, "ownership.yaml");
    const catalog = await onlyReading(client, () => readCatalog(client, manifest));
    return resolve(manifest, catalog).faults;
  } catch (error) {
    if (error instanceof InputError) return error.faults;
    throw error;
  }
}

async function refuseFile(file: string): Promise<void> {
  if (![".yaml", ".yml"].includes(extname(file).toLowerCase())) {
    throw new UsageError(
      `init writes YAML, and ${file} has another ending\n  Name a file that ends in .yaml: -m ownership.yaml.`,
    );
  }
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw isThereAlready(file);
}

function isThereAlready(file: string): UsageError {
  return new UsageError(
    `${file} is there already, and init overwrites nothing\n` +
      "  See what it would write with --stdout, or name another file: -m other.yaml.",
  );
}

async function write(file: string, text: string): Promise<void> {
  try {
    // It may have come since it was looked for.
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    if (code === "EEXIST") throw isThereAlready(file);
    throw new UsageError(
      `${file} cannot be written (${code})\n  Name a file in a folder that is there, and yours.`,
    );
  }
}

function summary(findings: Findings): string {
  const { owners } = findings;
  const declared = owners.filter(({ doubt }) => doubt === undefined);
  const edges = allEdges(findings);
  const sure = edges.filter(({ doubt }) => doubt === undefined).length;
  const doubtful = edges.length - sure + owners.length - declared.length;
  const isTable = declared.some(({ table }) => table !== undefined);
  const ownersFound =
    count(declared.length, "owner", "owners") + (isTable ? "" : " without a table");
  return `${ownersFound}, ${count(sure, "edge", "edges")}, and ${count(doubtful, "doubtful find", "doubtful finds")} as comments`;
}

/** The edges of what is declared, but for those below a doubtful one. */
function allEdges({ owners }: Findings): FoundEdge[] {
  const below = (edges: readonly FoundEdge[]): FoundEdge[] =>
    edges.flatMap((edge) => [edge, ...(edge.doubt === undefined ? below(edge.owns) : [])]);
  return owners.filter(({ doubt }) => doubt === undefined).flatMap(({ edges }) => below(edges));
}
