import type pg from "pg";
import { UsageError } from "../exit.ts";
import { didYouMean } from "../manifest/suggest.ts";
import { render } from "../sql/template.ts";
import { sqlStateOf } from "../sql-state.ts";
import { askEdges, type DeclaredEdge, type DeclaredEdges } from "./declared.ts";
import { isoTimeOrNull } from "./moment.ts";
import type { Reason } from "./reason.ts";

/** All that is known of one row of an owned table. */
export interface Standing {
  readonly table: string;
  readonly key: string;
  /** Every edge that is declared. */
  readonly edges: DeclaredEdges;
  /** Those over the table. */
  readonly over: readonly DeclaredEdge[];
  readonly reasons: readonly Reason[];
}

/** Why the row is still there. `table` is written as in psql; throws UsageError where no edge is over it. */
export async function askWhy(client: pg.ClientBase, table: string, key: string): Promise<Standing> {
  const edges = await askEdges(client);
  const { found, names } = await edgesOverTable(client, table);
  if (found === null) throw new UsageError(unknownTable(table, edges));
  if (names.length === 0) throw new UsageError(undeclaredTable(found, edges));
  const { rows } = await client.query<Omit<Reason, "until"> & { until: Date | number | null }>(
    render("why/reasons.sql"),
    [table, key],
  );
  return {
    table: found,
    key,
    edges,
    over: names.flatMap((name) => edges.get(name) ?? []),
    reasons: rows.map((row) => ({ ...row, until: isoTimeOrNull(row.until) })),
  };
}

/** The table as PostgreSQL finds it by this connection's search_path; null where it finds none. */
async function edgesOverTable(
  client: pg.ClientBase,
  table: string,
): Promise<{ found: string | null; names: readonly string[] }> {
  try {
    const { rows } = await client.query<{ found: string | null; edges: string[] }>(
      render("why/edges_of_table.sql"),
      [table],
    );
    return { found: rows[0]?.found ?? null, names: rows[0]?.edges ?? [] };
  } catch (error) {
    // A name that cannot be one: of three parts, or with a quote left open.
    if (["42602", "42601", "0A000"].includes(sqlStateOf(error) ?? ""))
      return { found: null, names: [] };
    throw error;
  }
}

function unknownTable(table: string, edges: DeclaredEdges): string {
  const edge = edges.get(table);
  if (edge) return `${table} is an edge, and no table\n  Its table is ${edge.owned}.`;
  const tables = tablesOf(edges);
  const meant = didYouMean(table, tables);
  return `there is no table ${table}\n  ${meant === undefined ? theTables(tables) : `Did you mean ${meant}?`}`;
}

function undeclaredTable(table: string, edges: DeclaredEdges): string {
  return `no edge declares ${table}, so nobody ends its rows\n  ${theTables(tablesOf(edges))}`;
}

function theTables(tables: readonly string[]): string {
  return tables.length === 0
    ? "No edge is declared."
    : `The tables with edges are: ${tables.join(", ")}.`;
}

function tablesOf(edges: DeclaredEdges): string[] {
  return [...new Set([...edges.values()].map(({ owned }) => owned))];
}
