import type { Column, ForeignKey, Index, Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { Key, KeyType } from "../graph.ts";
import { identifier } from "../sql/quote.ts";
import { alterTable, lookupColumn, place } from "./lookup.ts";
import type { Notes } from "./notes.ts";

const KEY_TYPES: Readonly<Record<string, KeyType>> = {
  smallint: "smallint",
  integer: "integer",
  bigint: "bigint",
  uuid: "uuid",
  text: "text",
  "character varying": "text",
  character: "bpchar",
};

/** The key type that holds values of a column's type; undefined when none does. */
export function keyType(type: string): KeyType | undefined {
  return Object.hasOwn(KEY_TYPES, type) ? KEY_TYPES[type] : undefined;
}

/** Whether values of the two types can be compared by the index of either. */
export function comparable(a: KeyType, b: KeyType): boolean {
  const family = (type: KeyType) => (/int|integer/.test(type) ? "integer" : type);
  return family(a) === family(b);
}

/** The key that names a row: the columns written, or the whole primary key. It must be unique. */
export function lookupKey(
  table: Table,
  written: readonly string[] | undefined,
  path: Path,
  notes: Notes,
): Key[] | undefined {
  const names = written ?? primaryKey(table);
  if (names.length === 0) {
    return notes.fault(
      path,
      `${table.name} has no primary key`,
      "Say which unique column is the key, with `key:`.",
    );
  }
  const columns = names.flatMap((name) => lookupColumn(table, name, path, notes) ?? []);
  if (columns.length < names.length) return undefined;
  if (!isUnique(table, names)) return notUnique(table, names, path, notes);
  const keys = columns.flatMap((column) => typedKey(table, column, path, notes) ?? []);
  return keys.length === names.length ? keys : undefined;
}

function typedKey(table: Table, column: Column, path: Path, notes: Notes): Key | undefined {
  const type = keyType(column.type);
  if (type !== undefined) return { column: column.name, type };
  return notes.fault(
    path,
    `${place(table, column)} is of type ${column.type}, which cannot be a key here`,
    "A key is a smallint, integer, bigint, uuid, text, character varying or character.",
  );
}

function notUnique(table: Table, names: readonly string[], path: Path, notes: Notes): undefined {
  const unique = `${alterTable(table)} add unique (${names.map(identifier).join(", ")})`;
  const [only] = names;
  return notes.fault(
    path,
    names.length === 1
      ? `${table.name}.${only} is not unique, so it cannot name one row`
      : `${table.name} has no unique key of ${names.join(", ")}, so they cannot name one row`,
    names.length === 1
      ? `Name a column that is the primary key or has a unique constraint of its own, or add one: ${unique}.`
      : `Name the columns of the primary key or of one unique constraint, or add one: ${unique}.`,
  );
}

/** `lookupKey` where one column has to do: `because` says why, as in "a data edge names a row by one". */
export function lookupSingleKey(
  table: Table,
  written: readonly string[] | undefined,
  because: string,
  path: Path,
  notes: Notes,
): Key | undefined {
  const names = written ?? primaryKey(table);
  if (names.length > 1) {
    return notes.fault(
      path,
      written
        ? `${names.join(", ")} are several columns, but ${because}`
        : `the primary key of ${table.name} has several columns (${names.join(", ")}), but ${because}`,
      "Say which unique column names a row, with `key:`.",
    );
  }
  return lookupKey(table, written, path, notes)?.[0];
}

/** The columns of the primary key, in its order; none when there is none. */
export function primaryKey(table: Table): string[] {
  const columns = table.indexes.find((index) => index.primary)?.columns ?? [];
  return columns.filter((column) => column !== null);
}

function isUnique(table: Table, names: readonly string[]): boolean {
  return table.indexes.some(
    (index) => index.unique && index.valid && !index.partial && sameNames(index.columns, names),
  );
}

/** The indexes that find the rows of one value in each of the columns, by name. */
export function indexesOn(table: Table, columns: readonly string[]): string[] {
  const serves = (index: Index) =>
    index.valid &&
    !index.partial &&
    index.method === "btree" &&
    sameNames(index.columns.slice(0, columns.length), columns);
  return table.indexes.filter(serves).map(({ name }) => name);
}

/** The foreign keys from these very columns to those of a parent, in whatever order. */
export function foreignKeysFrom(
  table: Table,
  columns: readonly string[],
  parent: Table,
  key: readonly Key[],
): ForeignKey[] {
  const wanted = columns.map((column, index) => `${column}\0${key[index]?.column}`);
  return parent.inbound.filter(
    (foreignKey) =>
      foreignKey.table[0] === table.schema &&
      foreignKey.table[1] === table.name &&
      sameNames(
        foreignKey.columns.map(
          (column, index) => `${column}\0${foreignKey.referencedColumns[index]}`,
        ),
        wanted,
      ),
  );
}

function sameNames(some: readonly (string | null)[], others: readonly string[]): boolean {
  return some.length === others.length && others.every((name) => some.includes(name));
}
