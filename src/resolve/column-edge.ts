import type { Column, Table } from "../catalog.ts";
import type { ColumnEdge, Key } from "../graph.ts";
import type { EdgeDeclaration, Tie } from "../manifest/manifest.ts";
import { type Above, referringType } from "./above.ts";
import { type Common, keyPath } from "./any-edge.ts";
import { foreignKeysFrom, indexesOn, lookupSingleKey } from "./key.ts";
import { checkNullable, type Letting, lettingGo } from "./letting-go.ts";
import { lookupColumn } from "./lookup.ts";
import type { Notes } from "./notes.ts";

type ColumnTie = Extract<Tie, { kind: "column" }>;

/** What lets go of rows that would just end with their owner, were it there. */
const ORPHANS = { lets: "orphans: set_null sets it null", instead: "write orphans: delete" };

/** The owned row holds its parent's key. What the foreign key does depends on what else is declared. */
export function columnEdge(
  declared: EdgeDeclaration,
  tie: ColumnTie,
  table: Table,
  above: Above,
  common: Common | undefined,
  notes: Notes,
): ColumnEdge | undefined {
  const columns = byColumns(tie, table, notes);
  if (!columns) return undefined;
  const letting = lettingGo(declared, table, notes);
  const end = letting?.end ?? "cascade";
  const free = letting
    ? checkNullable(table, columns, letting, tie.path, notes)
    : tie.orphans !== "set_null" ||
      checkNullable(table, columns, ORPHANS, [...declared.path, "orphans"], notes);
  const key =
    letting?.end === "detach" ? decidedKey(declared, tie, table, letting, notes) : undefined;
  const { table: parent, on } = above;
  if (!parent || !on || !referring(tie, columns, table, above, notes)) return undefined;
  if (!common || !free || (end === "detach" && !key)) return undefined;
  return {
    ...common,
    kind: "column",
    on,
    by: tie.by,
    nullable: columns.filter(({ notNull }) => !notNull).map(({ name }) => name),
    end,
    key,
    orphans: tie.orphans,
    foreignKeys: foreignKeysFrom(table, tie.by, parent, on.key),
    indexes: indexesOn(table, tie.by),
  };
}

function byColumns(tie: ColumnTie, table: Table, notes: Notes): Column[] | undefined {
  const columns = tie.by.flatMap((name) => lookupColumn(table, name, tie.path, notes) ?? []);
  const generated = columns.filter((column) => column.generated).map(({ name }) => name);
  if (generated.length > 0) {
    return notes.fault(
      tie.path,
      `${table.name}.${generated.join(", ")} is generated, so no foreign key can keep it up to date`,
      "Name a column that can be written.",
    );
  }
  return columns.length === tie.by.length ? columns : undefined;
}

/** Whether the columns hold the parent's key, one for one. */
function referring(
  tie: ColumnTie,
  columns: readonly Column[],
  table: Table,
  { table: parent, on }: Above,
  notes: Notes,
): boolean {
  if (!parent || !on) return false;
  if (columns.length !== on.key.length) {
    const key = on.key.map(({ column }) => column).join(", ");
    notes.fault(
      tie.path,
      `${table.name} refers to ${parent.name} by ${tie.by.join(", ")}, but the key of ${parent.name} is ${key}`,
      `Name a column of ${table.name} for each column of the key, in its order; or say, with \`key:\`, which unique key of ${parent.name} they hold.`,
    );
    return false;
  }
  const types = columns.map((column, index) =>
    referringType(table, column, on.key[index] as Key, parent, tie.path, notes),
  );
  return !types.includes(undefined);
}

/** What names a row that is decided by itself, which `by` must let go of as one column. */
function decidedKey(
  declared: EdgeDeclaration,
  tie: ColumnTie,
  table: Table,
  letting: Letting,
  notes: Notes,
): Key | undefined {
  if (tie.by.length > 1) {
    notes.fault(
      tie.path,
      `${table.name} is tied by several columns (${tie.by.join(", ")}), but ${letting.decides}`,
      `Tie the rows by one column that holds a unique key, or ${letting.instead}.`,
    );
  }
  return lookupSingleKey(table, declared.key, letting.decides, keyPath(declared), notes);
}
