import { type Edge, edgesOf, type Graph, isSameTable, type TableName } from "../graph.ts";

/** A table that owns or is owned, with all edges over it. */
export interface OrderedTable {
  readonly table: TableName;
  /** As the manifest writes it. */
  readonly written: string;
  /** In the manifest's order, of any owner. */
  readonly edges: readonly Edge[];
  /** Whether edges hang on it. */
  readonly isParent: boolean;
}

/** All tables of a manifest, each after those that own it; no table owns itself, so there is such an order. */
export function tablesInOrder(graph: Graph): OrderedTable[] {
  const edges = edgesOf(graph);
  const ordered = new Map<string, OrderedTable>();
  const add = (table: TableName, written: string) => {
    if (ordered.has(nameOf(table))) return;
    const over = edges.filter((edge) => isSameTable(edge.table, table));
    for (const { on } of over) add(on.table, on.written);
    const isParent = edges.some(({ on }) => isSameTable(on.table, table));
    ordered.set(nameOf(table), { table, written, edges: over, isParent });
  };
  for (const owner of graph.owners) add(owner.table, owner.written);
  for (const edge of edges) add(edge.table, edge.written);
  return [...ordered.values()];
}

function nameOf(table: TableName): string {
  return table.join("\0");
}
