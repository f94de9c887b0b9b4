import { type Column, findRelation, type Relation, type Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { TableName } from "../graph.ts";
import { didYouMean } from "../manifest/suggest.ts";
import { identifier, qualified, type Sql } from "../sql/quote.ts";
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
  if (isOurs(written, path, notes)) return undefined;
  const relation = findRelation(notes.catalog, written);
  if (!relation) {
    return notes.fault(path, `there is no table "${written}"`, missingTableFix(written, notes));
  }
  const fix =
    relation.kind === "p"
      ? "Partitioned tables come in a later release: a deletion in one partition passes the whole table's triggers by."
      : "Only a table's rows can own or be owned: name the table itself.";
  return ordinaryTable(relation, written, path, fix, notes);
}

/** Notes a fault where a manifest reaches into schema lastwill. */
export function isOurs(written: string, path: Path, notes: Notes): boolean {
  if (parseTableName(written).schema !== "lastwill") return false;
  notes.fault(
    path,
    `"${written}": what is in schema lastwill is lastwill's own`,
    "Name a table of yours; it makes the tables of a managed owner itself (managed: true).",
  );
  return true;
}

/** The relation's details, where it is no view and the like; `fix` says what to do where it is. */
export function ordinaryTable(
  relation: Relation,
  written: string,
  path: Path,
  fix: string,
  notes: Notes,
): Table | undefined {
  if (relation.kind === "r") return notes.catalog.tables.get(relation.oid);
  return notes.fault(path, `"${written}" is a ${KINDS[relation.kind]}`, fix);
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

export function tableName(table: Relation): TableName {
  return [table.schema, table.name];
}

/** `carts.session_sid`, for sentences. */
export function place(table: Relation, column: Column): string {
  return `${table.name}.${column.name}`;
}

/** `alter table carts`, for the reader to run: with the schema where the search_path does not find it. */
export function alterTable(table: Relation): Sql {
  const name =
    table.searchPathPlace === null ? qualified(...tableName(table)) : identifier(table.name);
  return `alter table ${name}` as Sql;
}

/** `alter table carts alter column session_sid drop not null`. */
export function dropNotNull(table: Relation, columns: readonly string[]): string {
  const actions = columns.map((column) => `alter column ${identifier(column)} drop not null`);
  return `${alterTable(table)} ${actions.join(", ")}`;
}
