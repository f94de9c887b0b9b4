import {
  type ColumnEdge,
  type Edge,
  edgesOver,
  type Graph,
  isDecided,
  isSameTable,
  type Policy,
} from "../graph.ts";
import { fixedInterval } from "../sql/expiry.ts";
import { list, unionAll } from "../sql/layout.ts";
import { join, lineComment, literal, nameText, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { columnsText } from "./key-text.ts";
import { hasKeeps } from "./last-owner.ts";
import type { OrderedTable } from "./ownership-order.ts";
import { dueEntriesSql, heldSql, letGoSql, pairsSql } from "./preview-ties.ts";

/** The tables of a preview in their order, and the variables that hold which of their rows are gone. */
export interface PreviewedTables {
  readonly ordered: readonly OrderedTable[];
  /** Of tables on which edges hang. */
  readonly gone: ReadonlyMap<OrderedTable, string>;
}

/** Gives each table on which edges hang its variable. */
export function goneNames(ordered: readonly OrderedTable[]): PreviewedTables {
  const parents = ordered.filter(({ isParent }) => isParent);
  return { ordered, gone: new Map(parents.map((table, index) => [table, `gone_${index + 1}`])) };
}

/** The statements that say what becomes of one table's rows: one, or one for each edge that a foreign key ends. */
export function tableSql(table: OrderedTable, tables: PreviewedTables, graph: Graph): Sql[] {
  const { edges } = table;
  if (edges.length === 0) return [];
  const found = edges.some(isDecided)
    ? [decidedSql(table, tables, graph)]
    : edges.flatMap((edge) => (edge.kind === "column" ? [byKeySql(edge, tables, graph)] : []));
  const gone = tables.gone.get(table);
  return found.map((sql) =>
    render("preview/table.sql", {
      written: lineComment(table.written),
      found: sql,
      take: gone === undefined ? ("" as Sql) : render("preview/take.sql", { gone }),
      table_text: nameText(...table.table),
    }),
  );
}

/** Where foreign keys alone end the rows. */
function byKeySql(edge: ColumnEdge, tables: PreviewedTables, graph: Graph): Sql {
  return render("preview/by_key.sql", {
    edge: edge.id,
    depth: edge.depth,
    action: actionOf(edge.policy),
    shown: shownSql(edge, graph),
    parent: edge.on.table,
    owned: edge.table,
    pairs: pairsSql(edge),
    gone: goneOf(edge, tables),
  });
}

function decidedSql({ table, edges }: OrderedTable, tables: PreviewedTables, graph: Graph): Sql {
  const [first] = edges;
  if (!first) throw new RangeError(`no edge is over ${table.join(".")}`);
  const letGo = edges.flatMap((edge, index) => [
    letGoSql(edge, index + 1, goneOf(edge, tables), graph),
    ...dueEntriesSql(edge, index + 1),
  ]);
  return render("preview/decided.sql", {
    declared: list(edges.map(declaredRow)),
    let_go: unionAll(letGo),
    held: unionAll(heldSql(edges, (edge) => goneOf(edge, tables), graph)),
    kept: keptSql(edges),
    why_kept: whyKept(edges),
    shown: shownSql(first, graph),
    owned: table,
  });
}

function declaredRow(edge: Edge, index: number): Sql {
  const { id, depth, policy, grace } = edge;
  const values = [
    index + 1,
    literal(id),
    depth,
    literal(actionOf(policy)),
    fixedInterval(grace),
    isDecided(edge),
  ];
  return `(${values.join(", ")})` as Sql;
}

function actionOf({ kind }: Policy): string {
  return kind === "cascade" ? "delete" : kind;
}

function keptSql(edges: readonly Edge[]): Sql {
  const keeping = edges.filter(hasKeeps);
  if (keeping.length === 0) return "false" as Sql;
  const calls = keeping.map((edge) => qualified("lastwill", edgeNames(edge).keeps));
  return join(
    calls.map((keeps) => `coalesce(${keeps}(owned.*), false)` as Sql),
    "\nor ",
  );
}

function whyKept(edges: readonly Edge[]): string {
  const reasons = [
    ...(edges.some(({ keepWhen }) => keepWhen !== undefined) ? ["keep_when holds"] : []),
    ...(edges.some(({ claim }) => claim) ? ["it is claimed"] : []),
  ];
  return reasons.join(", or ");
}

function goneOf({ on }: Edge, { gone }: PreviewedTables): string {
  for (const [{ table }, name] of gone) if (isSameTable(table, on.table)) return name;
  throw new RangeError(`nobody asked what is gone of ${on.written}`);
}

/** What tells rows apart and is no owner's key, which may be a session's. */
export function shownColumns(edge: Edge, graph: Graph): string[] {
  if (graph.owners.some(({ table }) => isSameTable(table, edge.table))) return [];
  const tying = edgesOver(graph, edge.table).flatMap((other) => {
    if (other.kind === "column") return other.by;
    return other.kind === "polymorphic" ? [other.by.column] : [];
  });
  return edge.display.filter((column) => !tying.includes(column));
}

function shownSql(edge: Edge, graph: Graph): Sql {
  const columns = shownColumns(edge, graph);
  return columns.length === 0 ? ("null::text" as Sql) : columnsText(columns, "owned");
}
