import type { Table } from "../catalog.ts";
import type { DataColumn, Owner } from "../graph.ts";
import type { DataDeclaration, OwnerDeclaration } from "../manifest/manifest.ts";
import { resolveEdges } from "./edge.ts";
import { resolveExpiry } from "./expiry.ts";
import { lookupColumn, lookupKey, lookupTable } from "./lookup.ts";
import type { Notes } from "./notes.ts";

/** An owner and all its edges; undefined when its table, key or data could not be resolved. */
export function resolveOwner(declared: OwnerDeclaration, notes: Notes): Owner | undefined {
  const table = lookupTable(declared.table, [...declared.path, "table"], notes);
  const key = table && lookupKey(table, declared.key, [...declared.path, "key"], notes);
  const expires = table
    ? declared.expires.flatMap((rule) => resolveExpiry(rule, table, notes) ?? [])
    : [];
  const data = table && declared.data && resolveData(declared.data, table, notes);
  const above = { owner: declared.name, table, key, parent: undefined };
  const edges = resolveEdges(declared.owns, above, notes);
  if (!table || !key) return undefined;
  return {
    name: declared.name,
    table: [table.schema, table.name],
    written: declared.table,
    key,
    expires,
    data,
    schedule: declared.sweep.schedule,
    budget: declared.sweep.budget,
    logDays: declared.sweep.logDays,
    edges,
  };
}

function resolveData(
  declared: DataDeclaration,
  table: Table,
  notes: Notes,
): DataColumn | undefined {
  const column = lookupColumn(table, declared.column, declared.path, notes);
  if (!column) return undefined;
  const type = column.type === "character varying" ? "text" : column.type;
  if (type !== "json" && type !== "jsonb" && type !== "text") {
    return notes.fault(
      declared.path,
      `${table.name}.${column.name} is of type ${column.type}, which holds no JSON`,
      "Data in format json is in a column of type json, jsonb or text.",
    );
  }
  return { column: column.name, type, notNull: column.notNull };
}
