import type { Table } from "../catalog.ts";
import type { DataColumn, Owner } from "../graph.ts";
import type { DataDeclaration, OwnerDeclaration } from "../manifest/manifest.ts";
import { resolveEdges } from "./edge.ts";
import { resolveExpiry } from "./expiry.ts";
import { lookupKey } from "./key.ts";
import { lookupColumn, lookupTable, place, tableName } from "./lookup.ts";
import { managedTable } from "./managed.ts";
import type { Notes } from "./notes.ts";

/** An owner and all its edges; undefined when its table, key or data could not be resolved. */
export function resolveOwner(declared: OwnerDeclaration, notes: Notes): Owner | undefined {
  const table = declared.managed
    ? managedTable(declared, notes.catalog)
    : lookupTable(declared.table, [...declared.path, "table"], notes);
  const key = table && lookupKey(table, declared.key, [...declared.path, "key"], notes);
  const expires = table
    ? declared.expires.flatMap((rule) => resolveExpiry(rule, table, notes) ?? [])
    : [];
  const data = table && declared.data && resolveData(declared.data, table, notes);
  const on = table && key && { table: tableName(table), written: declared.table, key };
  const above = { owner: declared.name, table, on, parent: undefined };
  const edges = resolveEdges(declared.owns, above, notes);
  return (
    on && {
      ...on,
      name: declared.name,
      was: declared.was,
      managed: declared.managed,
      expires,
      data,
      schedule: declared.sweep.schedule,
      budget: declared.sweep.budget,
      workers: declared.sweep.workers,
      holdOver: declared.sweep.holdOver,
      logDays: declared.sweep.logDays,
      edges,
    }
  );
}

function resolveData(
  declared: DataDeclaration,
  table: Table,
  notes: Notes,
): DataColumn | undefined {
  const column = lookupColumn(table, declared.column, declared.path, notes);
  if (!column) return undefined;
  const type = column.type === "character varying" ? "text" : column.type;
  const { format, formatAssumed } = declared;
  const common = { column: column.name, notNull: column.notNull };
  if (type === "text") return { ...common, type, format };
  const isJson = type === "json" || type === "jsonb";
  if (isJson && (format === "json" || formatAssumed)) return { ...common, type, format: "json" };
  return isJson
    ? notes.fault(
        declared.path,
        `${place(table, column)} is of type ${type}, so its data is not in format ${format}`,
        "Leave `format` out: it is json.",
      )
    : notes.fault(
        declared.path,
        `${place(table, column)} is of type ${column.type}, which holds no ${format === "json" ? "JSON" : `data in format ${format}`}`,
        format === "json"
          ? "Data in format json is in a column of type json, jsonb or text."
          : `Data in format ${format} is in a column of type text or character varying.`,
      );
}
