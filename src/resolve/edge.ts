import type { Index, Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { ColumnEdge, DataEdge, Edge, Key, Pointer } from "../graph.ts";
import type { EdgeDeclaration, Tie } from "../manifest/manifest.ts";
import { comparable, keyType, lookupColumn, lookupKey, lookupTable, primaryKey } from "./lookup.ts";
import type { Notes } from "./notes.ts";

/**
 * What an edge hangs on: the owner itself, or the edge above it. Where that has faults of its own its
 * table or key is missing, and what hangs on it is still looked at, as far as can be.
 */
interface Above {
  readonly owner: string;
  readonly table: Table | undefined;
  readonly key: Key | undefined;
  readonly parent: Edge | undefined;
}

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
  const below = resolveEdges(
    declared.owns,
    { owner: above.owner, table, key, parent: edge },
    notes,
  );
  return edge ? [edge, ...below] : [];
}

function tiedEdge(
  declared: EdgeDeclaration,
  table: Table,
  above: Above,
  notes: Notes,
): Edge | undefined {
  if (isOwnAncestor(table, above)) {
    return notes.fault(
      [...declared.path, "table"],
      `${table.name} would own itself`,
      "Leave this edge out: ownership must not come back to a table it has passed.",
    );
  }
  return declared.tie.kind === "column"
    ? columnEdge(declared, declared.tie, table, above, notes)
    : dataEdge(declared, declared.tie, table, above, notes);
}

function isOwnAncestor(table: Table, above: Above): boolean {
  const same = (other: readonly [string, string]) =>
    other[0] === table.schema && other[1] === table.name;
  for (let edge = above.parent; edge; edge = edge.parent) if (same(edge.table)) return true;
  return above.table?.oid === table.oid;
}

function anyEdge(declared: EdgeDeclaration, table: Table, above: Above) {
  return {
    id: `${above.owner}.${declared.name}`,
    name: declared.name,
    owner: above.owner,
    table: [table.schema, table.name] as const,
    written: declared.table,
    depth: (above.parent?.depth ?? 0) + 1,
    parent: above.parent,
    policy: declared.policy,
  };
}

function columnEdge(
  declared: EdgeDeclaration,
  tie: Extract<Tie, { kind: "column" }>,
  table: Table,
  above: Above,
  notes: Notes,
): ColumnEdge | undefined {
  const column = lookupColumn(table, tie.by, tie.path, notes);
  const key = displayKey(declared, table, notes);
  const { table: parent, key: parentKey } = above;
  if (!column || !key || !parent || !parentKey) return undefined;
  const type = keyType(column);
  if (type === undefined || !comparable(type, parentKey.type)) {
    const keyColumn = parent.columns.find(({ name }) => name === parentKey.column);
    return notes.fault(
      tie.path,
      `${table.name}.${column.name} is of type ${column.type}, but ${parent.name}.${parentKey.column} is ${keyColumn?.type}`,
      `A column that holds a key has the key's type: name another column, or alter table ${table.name} alter column ${column.name} type ${keyColumn?.type}.`,
    );
  }
  return {
    ...anyEdge(declared, table, above),
    kind: "column",
    key,
    by: column.name,
    parentTable: [parent.schema, parent.name],
    parentKey: parentKey.column,
    foreignKeys: parent.inbound.filter(
      (foreignKey) =>
        foreignKey.table[0] === table.schema &&
        foreignKey.table[1] === table.name &&
        foreignKey.columns.join("\0") === column.name &&
        foreignKey.referencedColumns.join("\0") === parentKey.column,
    ),
    indexes: table.indexes.filter((index) => serves(index, column.name)).map(({ name }) => name),
  };
}

function dataEdge(
  declared: EdgeDeclaration,
  tie: Extract<Tie, { kind: "data" }>,
  table: Table,
  above: Above,
  notes: Notes,
): DataEdge | undefined {
  const key = lookupKey(table, declared.key, keyPath(declared), notes);
  const pointer = resolvePointer(tie, table, key, above, notes);
  if (!key || !pointer) return undefined;
  return {
    ...anyEdge(declared, table, above),
    kind: "data",
    key,
    pointer,
    grace: tie.grace,
    onReplace: tie.onReplace,
  };
}

function resolvePointer(
  tie: Extract<Tie, { kind: "data" }>,
  table: Table,
  key: Key | undefined,
  above: Above,
  notes: Notes,
): Pointer | undefined {
  if (tie.from.kind === "path") return { kind: "path", path: tie.from };
  if (!above.table) return undefined;
  const column = lookupColumn(above.table, tie.from.column, tie.path, notes);
  if (!column || !key) return undefined;
  const type = keyType(column);
  if (type === undefined || !comparable(type, key.type)) {
    return notes.fault(
      tie.path,
      `${above.table.name}.${column.name} is of type ${column.type}, but ${table.name}.${key.column} is ${key.type}`,
      "A column that names a row has the type of that row's key.",
    );
  }
  return { kind: "column", column: column.name, type };
}

/** What names a row in lastwill.owned: as declared, or the whole primary key. It need not be one column. */
function displayKey(declared: EdgeDeclaration, table: Table, notes: Notes): string[] | undefined {
  if (declared.key !== undefined) {
    const column = lookupColumn(table, declared.key, keyPath(declared), notes);
    return column && [column.name];
  }
  const columns = primaryKey(table);
  if (columns.length > 0) return columns;
  return notes.fault(
    keyPath(declared),
    `${table.name} has no primary key, so nothing tells its rows apart in lastwill.owned`,
    "Add a primary key, or say which column to show, with `key:`.",
  );
}

function keyPath(declared: EdgeDeclaration): Path {
  return [...declared.path, declared.key === undefined ? "table" : "key"];
}

/** Whether the index finds the rows of one value of the column. */
function serves(index: Index, column: string): boolean {
  return index.valid && !index.partial && index.method === "btree" && index.columns[0] === column;
}
