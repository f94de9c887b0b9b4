import type { Table } from "../catalog.ts";
import type { Edge } from "../graph.ts";
import type { EdgeDeclaration } from "../manifest/manifest.ts";
import type { Above } from "./above.ts";
import { anyEdge, keyPath } from "./any-edge.ts";
import { columnEdge } from "./column-edge.ts";
import { dataEdge } from "./data-edge.ts";
import { lookupKey } from "./key.ts";
import { lookupTable, tableName } from "./lookup.ts";
import type { Notes } from "./notes.ts";
import { polymorphicEdge } from "./polymorphic-edge.ts";
import { throughEdge } from "./through-edge.ts";

/** These edges and all below them, each after its parent. */
export function resolveEdges(
  declared: readonly EdgeDeclaration[],
  above: Above,
  notes: Notes,
): Edge[] {
  return declared.flatMap((edge) => resolveEdge(edge, above, notes));
}

function resolveEdge(declared: EdgeDeclaration, above: Above, notes: Notes): Edge[] {
  const table = lookupTable(declared.table, [...declared.path, "table"], notes);
  const edge = table && tiedEdge(declared, table, above, notes);
  if (declared.owns.length === 0) return edge ? [edge] : [];
  const key = table && lookupKey(table, declared.key, keyPath(declared), notes);
  const on = table && key && { table: tableName(table), written: declared.table, key };
  const below = resolveEdges(declared.owns, { owner: above.owner, table, on, parent: edge }, notes);
  return edge ? [edge, ...below] : [];
}

function tiedEdge(
  declared: EdgeDeclaration,
  table: Table,
  above: Above,
  notes: Notes,
): Edge | undefined {
  // One that closes a ring has its fault already, and what else would be said of it is moot.
  if (notes.rings.some(({ edge }) => edge.declaration === declared)) return undefined;
  const common = anyEdge(declared, table, above, notes);
  const { tie } = declared;
  switch (tie.kind) {
    case "column":
      return columnEdge(declared, tie, table, above, common, notes);
    case "polymorphic":
      return polymorphicEdge(declared, tie, table, above, common, notes);
    case "through":
      return throughEdge(declared, tie, table, above, common, notes);
    case "data":
      return dataEdge(declared, tie, table, above, common, notes);
  }
}
