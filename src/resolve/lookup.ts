import { type Column, findRelation, type Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { Key, KeyType } from "../graph.ts";
import { didYouMean } from "../manifest/suggest.ts";
import { parseTableName } from "../table-name.ts";
import type { Notes } from "./notes.ts";

const KINDS = {
  p: "partitioned table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
} as const;

/** The ordinary table of this name. */
export function lookupTable(written: string, path: Path, notes: Notes): Table | undefined {
  const relation = findRelation(notes.catalog, written);
  if (!relation) {
    return notes.fault(path, `there is no table "${written}"`, missingTableFix(written, notes));
  }
  if (relation.kind === "r") return notes.catalog.tables.get(relation.oid);
  return notes.fault(
    path,
    `"${written}" is a ${KINDS[relation.kind]}`,
    relation.kind === "p"
      ? "Partitioned tables come in a later release: a deletion in one partition passes the whole table's triggers by."
      : "Only a table's rows can own or be owned: name the table itself.",
  );
}

function missingTableFix(written: string, notes: Notes): string {
  const { name, schema } = parseTableName(written);
  const elsewhere = notes.catalog.relations.find(
    (relation) => relation.name === name && relation.searchPathPlace === null,
  );
  if (elsewhere && schema === undefined) {
    return `Schema "${elsewhere.schema}" is not on the search_path: write ${elsewhere.schema}.${name}.`;
  }
  const known = notes.catalog.relations.map((relation) =>
    relation.searchPathPlace === null ? `${relation.schema}.${relation.name}` : relation.name,
  );
  const meant = didYouMean(written, known);
  return meant ? `Did you mean "${meant}"?` : "Create it first, or correct the name.";
}

/** The column of this name. */
export function lookupColumn(
  table: Table,
  written: string,
  path: Path,
  notes: Notes,
): Column | undefined {
  const column = table.columns.find(({ name }) => name === written);
  if (column) return column;
  const names = table.columns.map(({ name }) => name);
  const meant = didYouMean(written, names);
  return notes.fault(
    path,
    `${table.name} has no column "${written}"`,
    meant ? `Did you mean "${meant}"?` : `Its columns are: ${names.join(", ")}.`,
  );
}

/** The key that names a row: the column written, or the primary key's only one. It must be unique. */
export function lookupKey(
  table: Table,
  written: string | undefined,
  path: Path,
  notes: Notes,
): Key | undefined {
  const name = written ?? onlyPrimaryKeyColumn(table, path, notes);
  const column = name === undefined ? undefined : lookupColumn(table, name, path, notes);
  if (!column) return undefined;
  if (!isUnique(table, column.name)) {
    return notes.fault(
      path,
      `${table.name}.${column.name} is not unique, so it cannot name one row`,
      `Name a column that is the primary key or has a unique constraint of its own, or add one: alter table ${table.name} add unique (${column.name}).`,
    );
  }
  const type = keyType(column);
  if (type === undefined) {
    return notes.fault(
      path,
      `${table.name}.${column.name} is of type ${column.type}, which cannot be a key here`,
      "A key is a smallint, integer, bigint, uuid, text, character varying or character.",
    );
  }
  return { column: column.name, type };
}

function onlyPrimaryKeyColumn(table: Table, path: Path, notes: Notes): string | undefined {
  const columns = primaryKey(table);
  if (columns.length === 1 && columns[0] !== undefined) return columns[0];
  return columns.length === 0
    ? notes.fault(
        path,
        `${table.name} has no primary key`,
        "Say which unique column is the key, with `key:`.",
      )
    : notes.fault(
        path,
        `the primary key of ${table.name} has several columns (${columns.join(", ")})`,
        "Say which unique column is the key, with `key:`; keys of several columns come in a later release.",
      );
}

/** The columns of the primary key, in its order; none when there is none. */
export function primaryKey(table: Table): string[] {
  const columns = table.indexes.find((index) => index.primary)?.columns ?? [];
  return columns.filter((column) => column !== null);
}

function isUnique(table: Table, column: string): boolean {
  return table.indexes.some(
    (index) =>
      index.unique &&
      index.valid &&
      !index.partial &&
      index.columns.length === 1 &&
      index.columns[0] === column,
  );
}

const KEY_TYPES: Readonly<Record<string, KeyType>> = {
  smallint: "smallint",
  integer: "integer",
  bigint: "bigint",
  uuid: "uuid",
  text: "text",
  "character varying": "text",
  character: "bpchar",
};

/** The key type that holds this column's values; undefined when none does. */
export function keyType(column: Column): KeyType | undefined {
  return KEY_TYPES[column.type];
}

/** Whether values of the two types can be compared by the index of either. */
export function comparable(a: KeyType, b: KeyType): boolean {
  const family = (type: KeyType) => (/int|integer/.test(type) ? "integer" : type);
  return family(a) === family(b);
}
