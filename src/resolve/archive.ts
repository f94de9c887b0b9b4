import { type Column, findArchive, type Table } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { Archive } from "../graph.ts";
import type { PolicyDeclaration } from "../manifest/manifest.ts";
import { identifier } from "../sql/quote.ts";
import { parseTableName } from "../table-name.ts";
import { alterTable, dropNotNull, isOurs, ordinaryTable, tableName } from "./lookup.ts";
import type { Notes } from "./notes.ts";

interface Lacking {
  readonly column: string;
  readonly type: string;
}

/** What an archive has beside the owned table's columns. */
const ARCHIVED_AT = "archived_at";
const LATER_COLUMNS = { column: "later_columns", type: "jsonb" } as const;

/** The stamp in the comment of what lastwill has made. */
const STAMP = /\[lastwill [0-9a-f]+\]$/;

/** The table that keeps the rows that ended: one that is there, or one that lastwill is to make. */
export function resolveArchive(
  { path, table: written }: Extract<PolicyDeclaration, { kind: "archive" }>,
  owned: Table,
  notes: Notes,
): Archive | undefined {
  if (isOurs(written, path, notes) || !checkOwnNames(owned, path, notes)) return undefined;
  const columns = owned.columns.map(({ name }) => name);
  const relation = findArchive(notes.catalog, written, owned);
  if (!relation) {
    const { schema = owned.schema, name } = parseTableName(written);
    return { kind: "archive", table: [schema, name], ours: true, columns, missing: [] };
  }
  const another = "Name an ordinary table; one that is not there yet is made.";
  if (relation.oid === owned.oid) {
    return notes.fault(path, `${owned.name} cannot be its own archive`, another);
  }
  const archive = ordinaryTable(relation, written, path, another, notes);
  if (!archive) return undefined;
  const ours = STAMP.test(archive.comment ?? "");
  const missing = missingColumns(archive, written, owned, ours, path, notes);
  checkColumns(archive, written, owned, path, notes);
  return { kind: "archive", table: tableName(archive), ours, columns, missing };
}

function checkOwnNames(owned: Table, path: Path, notes: Notes): boolean {
  const taken = [ARCHIVED_AT, LATER_COLUMNS.column].filter((name) => has(owned, name));
  if (taken.length === 0) return true;
  notes.fault(
    path,
    `${owned.name} has a column ${taken.join(" and a column ")}, which an archive has for itself`,
    `Rename it: ${alterTable(owned)} rename column ${taken[0]} to …; or choose another on_delete.`,
  );
  return false;
}

/** What is to be added: to a table of ours whatever it lacks, to one of theirs only what they may not know of. */
function missingColumns(
  archive: Table,
  written: string,
  owned: Table,
  ours: boolean,
  path: Path,
  notes: Notes,
): Lacking[] {
  const lacking: Lacking[] = owned.columns
    .filter(({ name }) => !has(archive, name))
    .map(({ name, declaredType }) => ({ column: name, type: declaredType }));
  const names = lacking.map(({ column }) => column).join(", ");
  if (lacking.length > 0 && ours) {
    const [columns, them] = lacking.length === 1 ? ["a column", "it"] : ["columns", "them"];
    notes.warnings.push({
      kind: "archive",
      object: `archive ${written}`,
      what: `${owned.name} has ${columns} ${names} that ${written} lacks`,
      fix: `The migration that gen-migrations writes adds ${them}.`,
    });
  }
  if (!has(archive, ARCHIVED_AT)) {
    lacking.push({ column: ARCHIVED_AT, type: "timestamp with time zone" });
  }
  const later = has(archive, LATER_COLUMNS.column) ? [] : [LATER_COLUMNS];
  if (ours || lacking.length === 0) return [...lacking, ...later];
  const lacks = lacking.map(({ column }) => column).join(", ");
  const adds = lacking.map(({ column, type }) => `add column ${identifier(column)} ${type}`);
  notes.fault(
    path,
    `${written} lacks ${lacks}, so it cannot keep rows of ${owned.name}`,
    `Run: ${alterTable(archive)} ${adds.join(", ")}.`,
  );
  return later;
}

/** Whether a row of the owned table fits in, whatever it holds. */
function checkColumns(
  archive: Table,
  written: string,
  owned: Table,
  path: Path,
  notes: Notes,
): void {
  for (const column of archive.columns) {
    const name = identifier(column.name);
    const wanted = wantedTypes(column, owned);
    if (wanted.length > 0 && !wanted.some((type) => holds(column, type))) {
      notes.fault(
        path,
        `${written}.${column.name} is of type ${column.declaredType}, but what it is to hold is ${wanted[0]?.declaredType}`,
        `Run: ${alterTable(archive)} alter column ${name} type ${wanted[0]?.declaredType}.`,
      );
    } else if (column.generated) {
      notes.fault(
        path,
        `${written}.${column.name} is a generated column, so an archived row cannot keep its own`,
        `Run: ${alterTable(archive)} alter column ${name} drop expression.`,
      );
    } else if (column.notNull && mayBeNull(column, owned)) {
      notes.fault(
        path,
        `${written}.${column.name} is NOT NULL, but an archived row may have nothing to put there`,
        `Run: ${dropNotNull(archive, [column.name])}.`,
      );
    }
  }
}

type ColumnType = Pick<Column, "type" | "declaredType">;

/** The types that a column of the archive may have, the usual one first; none where any will do. */
function wantedTypes({ name }: Column, owned: Table): ColumnType[] {
  const only = (type: string) => ({ type, declaredType: type });
  if (name === LATER_COLUMNS.column) return [only(LATER_COLUMNS.type)];
  if (name === ARCHIVED_AT) {
    return [only("timestamp with time zone"), only("timestamp without time zone")];
  }
  return owned.columns.filter((column) => column.name === name);
}

/** The same type, or the same without a limit of its own. */
function holds(column: Column, { type, declaredType }: ColumnType): boolean {
  if (column.declaredType === declaredType) return true;
  if (column.name === ARCHIVED_AT) return column.type === type;
  return column.type === type && column.declaredType === column.type;
}

function mayBeNull(column: Column, owned: Table): boolean {
  if (column.name === ARCHIVED_AT) return false;
  if (column.name === LATER_COLUMNS.column) return true;
  const source = owned.columns.find(({ name }) => name === column.name);
  return source ? !source.notNull : !column.hasDefault;
}

function has(table: Table, name: string): boolean {
  return table.columns.some((column) => column.name === name);
}
