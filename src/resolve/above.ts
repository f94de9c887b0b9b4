import type { Column, Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { Edge, Key, Parent } from "../graph.ts";
import { comparable, keyType } from "./key.ts";
import { alterTable, place } from "./lookup.ts";
import type { Notes } from "./notes.ts";

/**
 * What an edge hangs on: the owner itself, or the edge above it. Where that has faults of its own its
 * table or key is missing, and what hangs on it is still looked at, as far as can be.
 */
export interface Above {
  readonly owner: string;
  readonly table: Table | undefined;
  readonly on: Parent | undefined;
  readonly parent: Edge | undefined;
}

/** A parent that one column names, and its table. */
export interface SingleParent {
  readonly table: Table;
  readonly on: Parent;
  readonly key: Key;
}

/** What is above, where one column names its rows; `because` says why that must be. */
export function singleParent(
  { table, on }: Above,
  because: string,
  path: Path,
  notes: Notes,
): SingleParent | undefined {
  const [key, ...more] = on?.key ?? [];
  if (!table || !on || !key) return undefined;
  if (more.length === 0) return { table, on, key };
  return notes.fault(
    path,
    `${table.name} is named by several columns (${on.key.map(({ column }) => column).join(", ")}), but ${because}`,
    `Say which unique column names a row of ${table.name}, with its own \`key:\`; several columns are for foreign keys that do nothing but cascade or set null.`,
  );
}

/** The key type of a column that holds a key of another table, where the two can be compared. */
export function referringType(
  table: Table,
  column: Column,
  key: Key,
  to: Table,
  path: Path,
  notes: Notes,
): Key["type"] | undefined {
  const type = keyType(column.type);
  if (type !== undefined && comparable(type, key.type)) return type;
  const wanted = to.columns.find(({ name }) => name === key.column)?.type;
  return notes.fault(
    path,
    `${place(table, column)} is of type ${column.type}, but ${to.name}.${key.column} is ${wanted}`,
    `A column that holds a key has the key's type: name another column, or ${alterTable(table)} alter column ${column.name} type ${wanted}.`,
  );
}
