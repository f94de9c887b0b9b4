import type { Column, ForeignKey, Table } from "../../../src/catalog.ts";

/** A table of a catalog; a column is its name and type, and `!` before it says NOT NULL. */
export function table(
  name: string,
  columns: Readonly<Record<string, string>>,
  more: Partial<Table> = {},
): Table {
  const [key] = Object.keys(columns);
  return {
    oid: name,
    schema: "public",
    name,
    kind: "r",
    searchPathPlace: 1,
    estimatedRows: 0,
    comment: null,
    columns: Object.entries(columns).map(([column, type]) => columnOf(column, type)),
    indexes: [unique(key ?? "", true)],
    inbound: [],
    ...more,
  };
}

function columnOf(name: string, type: string): Column {
  return {
    name,
    type: type.replace("!", ""),
    declaredType: type.replace("!", ""),
    notNull: type.startsWith("!"),
    hasDefault: false,
    generated: false,
  };
}

/** A unique index of one column. */
export function unique(column: string, primary = false): Table["indexes"][number] {
  return {
    name: `${column}_key`,
    columns: [column],
    unique: true,
    primary,
    valid: true,
    partial: false,
    method: "btree",
  };
}

/** A foreign key of one column. */
export function foreignKey(
  from: string,
  column: string,
  to: string,
  onDelete: ForeignKey["onDelete"] = "a",
): ForeignKey {
  return {
    name: `${from}_${column}_fkey`,
    table: ["public", from],
    columns: [column],
    referenced: ["public", to],
    referencedColumns: ["id"],
    onDelete,
    onUpdate: "a",
    validated: true,
    definition: "",
  };
}
