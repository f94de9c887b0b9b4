import type pg from "pg";
import { graphData } from "../diagram/data.ts";
import { askStatus } from "../health/ask-findings.ts";
import { type Finding, isTrouble } from "../health/finding.ts";
import { orphanNotes } from "../health/orphan-notes.ts";
import { ownerStatusOf } from "../health/standing.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Orphans, QuarantinedRow, ReportOutput } from "../output/report.ts";
import { render } from "../sql/template.ts";
import { isTimeout } from "../sql-state.ts";

/** In how many spans the log of the sweep is cut. */
const SPANS = 48;
/** How many rows of a list are shown. */
export const LISTED = 50;
/** How far orphans are counted, and for how long in all. */
const ORPHANS_COUNTED = 10_000;
const ORPHANS_SECONDS = 10;

/** Asks the database all that the page says, in one transaction that only reads. `mask` hides the keys of owners. */
export async function askReport(
  client: pg.ClientBase,
  manifest: Manifest,
  mask: (key: string) => string,
): Promise<ReportOutput> {
  await client.query("begin isolation level repeatable read read only");
  const rows = async <Row>(question: string, given: unknown[] = []): Promise<Row[]> =>
    inJson((await client.query(render(`report/${question}.sql`), given)).rows) as Row[];
  const row = async <Row>(question: string) => (await rows<Row>(question))[0] as Row;
  type About = Pick<ReportOutput, "database" | "server_version" | "at">;
  const about = await row<About>("database");
  const log = await row<Omit<ReportOutput["period"], "spans">>("period");
  const period = { ...log, spans: SPANS };
  const { owners, findings } = await askStatus(client);
  const lingering = await orphans(
    client,
    graphData(manifest).edges.map(({ edge }) => edge),
  );
  const report: ReportOutput = {
    ...about,
    findings: [...findings, ...orphanNotes(lingering.map(({ edge }) => edge))].toSorted(notesLast),
    owners: owners.map(ownerStatusOf),
    period,
    sweeps: await rows("sweeps", [period.begun_at, period.ended_at, SPANS]),
    waiting: await rows("waiting"),
    quarantine: (await rows<QuarantinedRow>("quarantine", [LISTED])).map((kept) =>
      maskedRow(kept, mask),
    ),
    outbox: await rows("outbox"),
    dead_letters: await rows("dead_letters", [LISTED]),
    orphans: lingering,
  };
  await client.query("commit");
  return report;
}

function notesLast(a: Finding, b: Finding): number {
  return Number(isTrouble(b)) - Number(isTrouble(a));
}

/** A key of so few characters is no secret, and would be found in any text. */
const SHORT_KEY = 8;

/** An owner's key is a secret, and an error may repeat it. */
function maskedRow(kept: QuarantinedRow, mask: (key: string) => string): QuarantinedRow {
  if (kept.edge !== kept.owner) return kept;
  const key = mask(kept.key);
  if (kept.key.length <= SHORT_KEY) return { ...kept, key };
  return { ...kept, key, message: kept.message.replaceAll(kept.key, key) };
}

/** Counts edge by edge, no further than is of use; what takes too long is left, and said to be. */
async function orphans(client: pg.ClientBase, edges: readonly string[]): Promise<Orphans[]> {
  const end = Date.now() + ORPHANS_SECONDS * 1000;
  const found: Orphans[] = [];
  for (const edge of edges) {
    const rows = await orphansOf(client, edge, Math.max(1, end - Date.now()));
    if (rows === 0) continue;
    const more = rows !== undefined && rows > ORPHANS_COUNTED;
    found.push({ edge, rows: more ? ORPHANS_COUNTED : (rows ?? null), more });
  }
  return found;
}

async function orphansOf(
  client: pg.ClientBase,
  edge: string,
  milliseconds: number,
): Promise<number | undefined> {
  await client.query("savepoint orphans");
  try {
    await client.query("select set_config('statement_timeout', $1, true)", [`${milliseconds}`]);
    const asked = [edge, ORPHANS_COUNTED + 1];
    const { rows } = await client.query<{ rows: number }>(render("report/orphans.sql"), asked);
    return rows[0]?.rows;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return undefined;
  } finally {
    await client.query("rollback to savepoint orphans");
  }
}

/** Times as JSON has them. */
function inJson(rows: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(rows));
}
