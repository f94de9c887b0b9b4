import type { Column, Table } from "../catalog.ts";
import type { Key, PolymorphicEdge } from "../graph.ts";
import type { EdgeDeclaration, Tie } from "../manifest/manifest.ts";
import { type Above, referringType, type SingleParent, singleParent } from "./above.ts";
import { type Common, keyPath } from "./any-edge.ts";
import { indexesOn, keyType, lookupSingleKey } from "./key.ts";
import { checkNullable, type Letting, lettingGo } from "./letting-go.ts";
import { lookupColumn, place } from "./lookup.ts";
import type { Notes } from "./notes.ts";

type PolymorphicTie = Extract<Tie, { kind: "polymorphic" }>;

const BECAUSE = "an edge with a type column names a row by one";

/** The owned row holds a key, and in another column of which table. */
export function polymorphicEdge(
  declared: EdgeDeclaration,
  tie: PolymorphicTie,
  table: Table,
  above: Above,
  common: Common | undefined,
  notes: Notes,
): PolymorphicEdge | undefined {
  const key = lookupSingleKey(table, declared.key, BECAUSE, keyPath(declared), notes);
  const column = lookupColumn(table, tie.column, [...tie.path, "column"], notes);
  const typeColumn = lookupTypeColumn(tie, table, notes);
  const letting = needsNull(lettingGo(declared, table, notes));
  const free =
    !column || !letting || checkNullable(table, [column], letting, [...tie.path, "column"], notes);
  const parent = singleParent(above, BECAUSE, tie.path, notes);
  const type = column && parent && holdingType(tie, table, column, parent, notes);
  if (!common || !key || !column || !typeColumn || !parent || !type || !free) return undefined;
  return {
    ...common,
    kind: "polymorphic",
    on: parent.on,
    key,
    by: { column: column.name, type },
    nullable: !column.notNull,
    typeColumn: typeColumn.name,
    typeNullable: !typeColumn.notNull,
    type: tie.type,
    indexes: indexesOn(table, [tie.column, tie.typeColumn]),
  };
}

/** No foreign key sets these columns null, so a row that waits or is shared can hold on to its key. */
function needsNull(letting: Letting | undefined): Letting | undefined {
  return letting && ["set_null", "keep_when", "claim"].includes(letting.by) ? letting : undefined;
}

/** The key's own type, or text: owners of several types may share the column. */
function holdingType(
  tie: PolymorphicTie,
  table: Table,
  column: Column,
  { key, table: parent }: SingleParent,
  notes: Notes,
): Key["type"] | undefined {
  const type = keyType(column.type);
  if (type === "text") return type;
  return referringType(table, column, key, parent, [...tie.path, "column"], notes);
}

function lookupTypeColumn(tie: PolymorphicTie, table: Table, notes: Notes): Column | undefined {
  const path = [...tie.path, "type_column"];
  const column = lookupColumn(table, tie.typeColumn, path, notes);
  if (!column) return undefined;
  const type = keyType(column.type);
  if (type === "text" || type === "bpchar") return column;
  return notes.fault(
    path,
    `${place(table, column)} is of type ${column.type}, but the name of a type is a text`,
    "Name a column of type text, character varying or character; enums come in a later release.",
  );
}
