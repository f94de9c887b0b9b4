import { type ForeignKey, findTable } from "../catalog.ts";
import type { Path } from "../faults.ts";
import { type Edge, edgesOf, type Graph, type TableName } from "../graph.ts";
import type { Notes } from "./notes.ts";

/**
 * A foreign key that restricts deletion, from a table that is not declared, would stop the sweep at
 * the first row it holds on to. One that cascades is theirs to have, but they should know.
 */
export function blockingForeignKeys(graph: Graph, notes: Notes): void {
  const edges = edgesOf(graph);
  const declared = new Set(edges.flatMap(declaredForeignKeys).map(foreignKeyId));
  for (const { table, path } of endingTables(graph, notes)) {
    for (const foreignKey of findTable(notes.catalog, table)?.inbound ?? []) {
      if (declared.has(foreignKeyId(foreignKey)) || isAtFault(foreignKey, edges, notes)) continue;
      const columns = foreignKey.columns.join(", ");
      const referencing = foreignKey.table[1];
      if (foreignKey.onDelete === "c") {
        notes.warnings.push({
          kind: "cascade",
          object: `foreign key ${foreignKey.name} on ${referencing}`,
          what: `${referencing} is not declared, but its rows end with those of ${table[1]}: its foreign key ${foreignKey.name} (${columns}) cascades`,
        });
      }
      if (!"ar".includes(foreignKey.onDelete)) continue;
      notes.fault(
        path,
        `${referencing}.${columns} refers to ${table[1]} and would stop its rows from ending`,
        `Declare ${referencing} as an edge (by: ${columns}), or make its foreign key ${foreignKey.name} on delete cascade or set null.`,
      );
    }
  }
}

function declaredForeignKeys(edge: Edge): readonly ForeignKey[] {
  if (edge.kind === "column") return edge.foreignKeys;
  if (edge.kind !== "through") return [];
  return [...edge.toParent.foreignKeys, ...edge.toOwned.foreignKeys];
}

/** Whether it comes from a table that is declared, in an edge that has faults of its own. */
function isAtFault({ table }: ForeignKey, edges: readonly Edge[], notes: Notes): boolean {
  const oid = findTable(notes.catalog, table)?.oid;
  if (oid === undefined) return false;
  return notes.declared.some(
    ({ id, owned, join }) => [owned, join].includes(oid) && !edges.some((edge) => edge.id === id),
  );
}

/** The tables whose rows are deleted: the owners', the owned but for those whose rows stay, and between them. */
function endingTables(graph: Graph, notes: Notes): { table: TableName; path: Path }[] {
  const seen = new Set<string>();
  return graph.owners
    .flatMap((owner) => [
      { table: owner.table, path: ["owners", owner.name, "table"] as Path },
      ...owner.edges.flatMap((edge) => [
        ...(isDeleted(edge) ? [{ table: edge.table, path: [...notes.pathOf(edge), "table"] }] : []),
        ...(edge.kind === "through"
          ? [{ table: edge.join, path: [...notes.pathOf(edge), "through", "table"] }]
          : []),
      ]),
    ])
    .filter(({ table }) => {
      const name = table.join("\0");
      return seen.has(name) ? false : seen.add(name);
    });
}

function isDeleted({ policy }: Edge): boolean {
  return policy.kind === "cascade" || policy.kind === "archive";
}

function foreignKeyId(foreignKey: ForeignKey): string {
  return [...foreignKey.table, foreignKey.name].join("\0");
}
