import { type Catalog, type Column, findTable, type Table } from "../catalog.ts";
import type { OwnerDeclaration } from "../manifest/manifest.ts";

/** The table that lastwill makes for an owner whose sessions lie elsewhere, be it there already or not. */
export function managedTable({ name, table }: OwnerDeclaration, catalog: Catalog): Table {
  return {
    oid: table,
    schema: "lastwill",
    name,
    kind: "r",
    searchPathPlace: null,
    estimatedRows: 0,
    comment: null,
    columns: [column("key", "text", true), column("expires_at", "timestamp with time zone", false)],
    indexes: [
      {
        name: `${name}_pkey`,
        columns: ["key"],
        unique: true,
        primary: true,
        valid: true,
        partial: false,
        method: "btree",
      },
    ],
    inbound: findTable(catalog, ["lastwill", name])?.inbound ?? [],
  };
}

function column(name: string, type: string, notNull: boolean): Column {
  return { name, type, declaredType: type, notNull, hasDefault: false, generated: false };
}
