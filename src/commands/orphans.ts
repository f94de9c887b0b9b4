import process from "node:process";
import type pg from "pg";
import { count } from "../count.ts";
import { withClient } from "../database.ts";
import { EXIT, UsageError } from "../exit.ts";
import { askEdges, assertKnown, type DeclaredEdges } from "../inspect/declared.ts";
import type { HandedOver, LingeringRows, OrphansOutput } from "../output/orphans.ts";
import { render } from "../sql/template.ts";
import { data, say, sayNotice } from "./console.ts";
import { tableLines } from "./table.ts";

/** What `orphans` is called with. */
export interface OrphansOptions {
  readonly database: string | undefined;
  readonly release?: true;
  /** Seconds. */
  readonly grace?: number;
  /** Of `release`: although no owner names any row by an edge. */
  readonly accept?: true;
  readonly json?: true;
}

const GRACE = 600;

/** `orphans [edge]`: rows that lingered. Exit code 1 when there are some and they stay. */
export async function orphansCommand(
  edge: string | undefined,
  options: OrphansOptions,
): Promise<number> {
  if (options.grace !== undefined && !options.release) {
    throw new UsageError(
      "--grace says how long the sweep waits for rows that are handed to it, and none are\n  Add --release, or leave out --grace.",
    );
  }
  if (options.accept && !options.release) {
    throw new UsageError(
      "--accept is for rows that are handed to the sweep, and none are\n  Add --release, or leave out --accept.",
    );
  }
  let warned = false;
  return withClient(
    options.database,
    async (client) => {
      const edges = await askEdges(client);
      if (edge !== undefined) assertKnown("edge", edge, [...edges.keys()]);
      if (!options.release) return show(await askOrphans(client, edge), options);
      if (!options.accept) await refuseUnnamed(client, edge, edges);
      const grace = options.grace ?? GRACE;
      showReleased(await release(client, edge, grace, edges), grace, options);
      return warned ? EXIT.found : EXIT.fine;
    },
    (notice) => {
      warned ||= notice.severity === "WARNING";
      sayNotice(notice);
    },
  );
}

/** Where a path leads nowhere, all that it should name passes for lingering, what live owners name as well. */
async function refuseUnnamed(
  client: pg.ClientBase,
  asked: string | undefined,
  edges: DeclaredEdges,
): Promise<void> {
  for (const { edge, owner, owned, kind, tied_by } of edges.values()) {
    if (kind !== "data" || (asked !== undefined && asked !== edge)) continue;
    const { rows } = await client.query<{ unnamed: boolean }>(render("orphans/unnamed.sql"), [
      edge,
      owner,
    ]);
    if (!rows[0]?.unnamed) continue;
    throw new UsageError(
      `no ${owner} names any row of ${owned} by ${edge} (${tied_by}), so all of them pass for lingering\n` +
        "  Is it right as the manifest has it? If nobody names any today, add --accept.",
    );
  }
}

async function askOrphans(
  client: pg.ClientBase,
  edge: string | undefined,
): Promise<LingeringRows[]> {
  const counts = await client.query<{ edge: string; owned: string; n_rows: string }>(
    render("orphans/counts.sql"),
    [edge ?? null],
  );
  const found: LingeringRows[] = [];
  for (const { edge, owned, n_rows } of counts.rows) {
    const { rows } = await client.query<{ owned_key: string }>(render("orphans/sample.sql"), [
      edge,
    ]);
    found.push({ edge, owned, rows: Number(n_rows), sample: rows.map((row) => row.owned_key) });
  }
  return found.sort((a, b) => b.rows - a.rows || (a.edge < b.edge ? -1 : 1));
}

function show(orphans: readonly LingeringRows[], options: OrphansOptions): number {
  const output: OrphansOutput = { orphans, released: null };
  if (options.json) data(JSON.stringify(output, null, 2));
  if (orphans.length === 0) {
    say("Nothing lingers.");
    return EXIT.fine;
  }
  if (!options.json) {
    for (const line of orphanLines(orphans, process.stdout.columns)) data(line);
    say("\nlastwill orphans --release hands them to the sweep.");
    say("lastwill why <table> <key> says more about one of them.");
  }
  return EXIT.found;
}

function orphanLines(orphans: readonly LingeringRows[], width: number | undefined): string[] {
  return tableLines(
    [
      { head: "edge", cut: true },
      { head: "rows", right: true },
      { head: "table", cut: true },
      { head: "such as", cut: true },
    ],
    orphans.map(({ edge, owned, rows, sample }) => [edge, count(rows), owned, sample.join(", ")]),
    width,
  );
}

async function release(
  client: pg.ClientBase,
  edge: string | undefined,
  grace: number,
  edges: DeclaredEdges,
): Promise<HandedOver[]> {
  const { rows } = await client.query<{ handed_over: Record<string, number> }>(
    "call lastwill.release_orphans($1, make_interval(secs => $2), null)",
    [edge ?? null, grace],
  );
  return Object.entries(rows[0]?.handed_over ?? {}).map(([name, rows]) => {
    const became = fateOf(name, edges);
    return { edge: name, rows, became, grace_seconds: became === "released" ? grace : null };
  });
}

/** A foreign key that decides by itself has no use for the sweep. */
function fateOf(name: string, edges: DeclaredEdges): HandedOver["became"] {
  const edge = edges.get(name);
  if (edge?.kind !== "column" || edge.one_by_one) return "released";
  return edge.policy === "set_null" ? "untied" : "deleted";
}

function showReleased(
  released: readonly HandedOver[],
  grace: number,
  options: OrphansOptions,
): void {
  if (options.json) {
    const output: OrphansOutput = { orphans: null, released };
    data(JSON.stringify(output, null, 2));
    return;
  }
  if (released.length === 0) {
    say("There is nothing to release. Rows of a managed owner are, when their edge is named.");
  }
  for (const row of released) data(releasedText(row, grace));
  if (released.some(({ became }) => became === "released")) {
    say("What nobody names by then ends with the next sweep.");
  }
}

function releasedText({ edge, rows, became }: HandedOver, grace: number): string {
  const handed = `${edge}: ${count(rows, "row", "rows")}`;
  if (became !== "released") return `${handed} ${became}`;
  const due = new Date(Date.now() + grace * 1000).toISOString();
  return `${handed} released, due at ${due}`;
}
