import process from "node:process";
import colors from "picocolors";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import type { DeclaredEdges } from "../inspect/declared.ts";
import { nobodyLines } from "../inspect/nobody.ts";
import { namesOwner, type Reason, reasonText, tablesAbove } from "../inspect/reason.ts";
import { askWhy, type Standing } from "../inspect/why.ts";
import type { GivenReason, WhyOutput } from "../output/why.ts";
import { data, masked } from "./console.ts";
import { wrapped } from "./wrap.ts";

/** What `why` is called with. */
export interface WhyOptions {
  readonly database: string | undefined;
  readonly json?: true;
  readonly showKeys?: true;
}

/** `why <table> <key>`: who owns a row, or why it is still there. Exit code 1 when it is not there. */
export async function whyCommand(table: string, key: string, options: WhyOptions): Promise<number> {
  const asked = await withClient(options.database, (client) => askWhy(client, table, key));
  const standing = options.showKeys ? asked : withoutKeys(asked);
  if (options.json) data(JSON.stringify(output(standing), null, 2));
  else data(whyLines(standing, new Date(), process.stdout.columns).join("\n"));
  return isThere(standing) ? EXIT.fine : EXIT.found;
}

function isThere({ reasons }: Standing): boolean {
  return !reasons.some(({ reason }) => reason === "not_there");
}

function withoutKeys(standing: Standing): Standing {
  const { edges, reasons } = standing;
  return {
    ...standing,
    reasons: reasons.map((reason) =>
      reason.owner_key !== null && namesOwner(reason, edges)
        ? { ...reason, owner_key: masked(reason.owner_key) }
        : reason,
    ),
  };
}

/** The row, and below it each reason with the tie that it is about. */
function whyLines(standing: Standing, now: Date, width: number | undefined): string[] {
  const { table, key, edges, over, reasons } = standing;
  const below = (line: string, by: string) => wrapped(`${by}${line}`, width);
  const lines = reasons.flatMap((reason) => {
    const edge = edges.get(reason.edge ?? "");
    const tie = edge ? below(`${edge.edge}: ${edge.tied_by}`, "    ").map(colors.dim) : [];
    const next = todo(reason, edges).flatMap((line) => below(line, "    "));
    return [...below(reasonText(reason, edges, now), "  "), ...tie, ...next];
  });
  if (lines.length > 0) return [`${table} ${key}`, ...lines];
  return [`${table} ${key}`, ...nobodyLines(over).flatMap((line) => below(line, "  "))];
}

/** What a person can do about it, where it is not the sweep's to do. */
function todo({ reason, edge, owner_key }: Reason, edges: DeclaredEdges): string[] {
  if (reason === "lingering") return [`lastwill orphans ${edge} --release has it end`];
  const parent = edges.get(edges.get(edge ?? "")?.parent_edge ?? "");
  return reason === "unowned"
    ? [`lastwill why ${parent?.owned} ${owner_key} goes on from there`]
    : [];
}

function output(standing: Standing): WhyOutput {
  const { table, key, edges, over, reasons } = standing;
  return {
    table,
    key,
    is_there: isThere(standing),
    edges: over.map(({ edge }) => edge),
    reasons: reasons.flatMap((reason) => given(reason, edges)),
  };
}

function given(reason: Reason, edges: DeclaredEdges): GivenReason[] {
  if (reason.reason === "not_there") return [];
  const { edge, owner_key, above, until, detail } = reason;
  // Where the chain is broken its upper rows are not known.
  const tables = tablesAbove(edges.get(edge ?? ""), edges).slice(-(above ?? []).length);
  return [
    {
      reason: reason.reason,
      edge,
      owner: edges.get(edge ?? "")?.owner ?? null,
      owner_key,
      above: (above ?? []).map((owned_key, index) => ({ owned: tables[index] ?? "", owned_key })),
      until,
      detail,
    },
  ];
}
