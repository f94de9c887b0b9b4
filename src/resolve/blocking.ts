import { type ForeignKey, findRelation, findTable } from "../catalog.ts";
import { reads, refersTo } from "../conditions.ts";
import type { Path } from "../faults.ts";
import { chainTo, type Edge, edgesOf, type Graph, isSameTable, type TableName } from "../graph.ts";
import { identifier, identifiers, nameText, qualified } from "../sql/quote.ts";
import type { Notes } from "./notes.ts";

/**
 * A foreign key that restricts deletion, from a table that is not declared, would stop the sweep at
 * the first row it holds on to; not where `keep_when` asks that table. One that cascades is theirs to
 * have, but they should know.
 */
export function blockingForeignKeys(graph: Graph, notes: Notes): void {
  const edges = edgesOf(graph);
  const declared = new Set(edges.flatMap(declaredForeignKeys).map(foreignKeyId));
  for (const { table, edge, path } of endingTables(graph, notes)) {
    if (isMisnamedBelow(path, notes)) continue;
    for (const foreignKey of findTable(notes.catalog, table)?.inbound ?? []) {
      if (declared.has(foreignKeyId(foreignKey)) || isAtFault(foreignKey, edges, notes)) continue;
      const columns = foreignKey.columns.join(", ");
      const referencing = foreignKey.table[1];
      if (edge && isAsked(referencing, edge, edges)) continue;
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
        whatMayBecome(foreignKey, edge, notes),
      );
    }
  }
}

/** Whether an edge below names a table that is not there: it may be the very one that is missed. */
function isMisnamedBelow(path: Path, notes: Notes): boolean {
  const parent = path.slice(0, -1);
  return notes.declared.some(
    (edge) => edge.owned === undefined && parent.every((step, place) => step === edge.path[place]),
  );
}

/**
 * Whether a row stays when that table says so, or what it is a part of does: what one edge over a table keeps,
 * none of them ends.
 */
function isAsked(referencing: string, edge: Edge, edges: readonly Edge[]): boolean {
  return chainTo(edge).some(({ table }) =>
    edges.some(
      ({ keepWhen, table: other }) =>
        keepWhen !== undefined && isSameTable(other, table) && reads(keepWhen, referencing),
    ),
  );
}

/** What the author may decide about the rows that would end, and those that refer to them. */
function whatMayBecome(foreignKey: ForeignKey, edge: Edge | undefined, notes: Notes): string {
  const [, referencing] = foreignKey.table;
  const columns = foreignKey.columns.join(", ");
  if (isSameTable(foreignKey.table, foreignKey.referenced)) return lettingGo(foreignKey);
  const { catalog } = notes;
  const relation = findRelation(catalog, nameText(...foreignKey.table));
  const keep =
    edge &&
    relation &&
    `${edge.keepWhen === undefined ? "keep_when: " : "add to keep_when: or "}${refersTo(relation, edge.table[1], foreignKey, catalog.relations)}`;
  return (
    `${keep ? `Keep the rows that it refers to (${keep}), or declare` : "Declare"} ${referencing} as an edge ` +
    `(by: ${columns}): its rows are then deleted too; with on_delete: set_null they stay, and lose their ${columns}.`
  );
}

/** Rows of one table that hold each other cannot be an edge. */
function lettingGo({ name, table, columns, referencedColumns }: ForeignKey): string {
  const constraint = identifier(name);
  return (
    `Have it let go: alter table ${qualified(...table)} drop constraint ${constraint}, add constraint ${constraint} foreign key ` +
    `(${identifiers(columns)}) references ${qualified(...table)} (${identifiers(referencedColumns)}) on delete set null.`
  );
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

interface EndingTable {
  readonly table: TableName;
  /** The edge that says so of its rows; undefined for an owner's table and one between. */
  readonly edge?: Edge;
  readonly path: Path;
}

/** The tables whose rows are deleted: the owners', the owned but for those whose rows stay, and between them. */
function endingTables(graph: Graph, notes: Notes): EndingTable[] {
  const seen = new Set<string>();
  return graph.owners
    .flatMap((owner): EndingTable[] => [
      { table: owner.table, path: ["owners", owner.name, "table"] },
      ...owner.edges.flatMap((edge): EndingTable[] => [
        ...(isDeleted(edge)
          ? [{ table: edge.table, edge, path: [...notes.pathOf(edge), "table"] }]
          : []),
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
