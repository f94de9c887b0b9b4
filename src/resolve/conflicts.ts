import type { ForeignKey } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { Edge, Graph, Owner, TableName } from "../graph.ts";
import type { EdgeDeclaration, Manifest } from "../manifest/manifest.ts";
import type { Notes } from "./notes.ts";

/**
 * A row tied by a foreign key ends with whoever it points to, so a second owner could not keep it:
 * such a table has one edge. Data edges ask each other, and may share a table.
 */
export function sharedTables(manifest: Manifest, graph: Graph, notes: Notes): void {
  const first = new Map<string, Edge>();
  for (const edge of graph.owners.flatMap((owner) => owner.edges)) {
    const table = edge.table.join("\0");
    const other = first.get(table);
    if (!other) first.set(table, edge);
    else if (edge.kind === "column" || other.kind === "column") {
      notes.fault(
        [...edgePath(manifest, edge), "table"],
        `"${edge.written}" is owned by ${other.id} already, and one of the two is a column edge`,
        "Leave one of them out; a table owned through a column and by another edge comes in a later release.",
      );
    }
  }
}

/**
 * A foreign key that restricts deletion, from a table that is not declared, would stop the sweep at
 * the first row it holds on to. One that cascades is theirs to have, but they should know.
 */
export function blockingForeignKeys(manifest: Manifest, graph: Graph, notes: Notes): void {
  const declared = new Set(
    graph.owners
      .flatMap((owner) => owner.edges)
      .flatMap((edge) => (edge.kind === "column" ? edge.foreignKeys.map(foreignKeyId) : [])),
  );
  for (const { table, path } of endingTables(manifest, graph)) {
    for (const foreignKey of inbound(table, notes)) {
      if (declared.has(foreignKeyId(foreignKey))) continue;
      const columns = foreignKey.columns.join(", ");
      const referencing = foreignKey.table[1];
      if (foreignKey.onDelete === "c") {
        notes.warnings.push(
          `${referencing} is not declared, but its rows end with those of ${table[1]}: its foreign key ${foreignKey.name} (${columns}) cascades.`,
        );
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

function endingTables(manifest: Manifest, graph: Graph): { table: TableName; path: Path }[] {
  const seen = new Set<string>();
  return graph.owners
    .flatMap((owner: Owner) => [
      { table: owner.table, path: ["owners", owner.name, "table"] as Path },
      ...owner.edges.map((edge) => ({
        table: edge.table,
        path: [...edgePath(manifest, edge), "table"],
      })),
    ])
    .filter(({ table }) => {
      const name = table.join("\0");
      return seen.has(name) ? false : seen.add(name);
    });
}

function inbound(table: TableName, notes: Notes): readonly ForeignKey[] {
  const found = [...notes.catalog.tables.values()].find(
    ({ schema, name }) => schema === table[0] && name === table[1],
  );
  return found?.inbound ?? [];
}

function foreignKeyId(foreignKey: ForeignKey): string {
  return [...foreignKey.table, foreignKey.name].join("\0");
}

function edgePath(manifest: Manifest, edge: Edge): Path {
  const within = (edges: readonly EdgeDeclaration[]): Path | undefined => {
    for (const declared of edges) {
      if (declared.name === edge.name) return declared.path;
      const below = within(declared.owns);
      if (below) return below;
    }
    return undefined;
  };
  const owner = manifest.owners.find(({ name }) => name === edge.owner);
  return within(owner?.owns ?? []) ?? ["owners", edge.owner];
}
