import type { Column, Table } from "../catalog.ts";
import type { ExpiryRule } from "../graph.ts";
import type { ExpiryDeclaration } from "../manifest/manifest.ts";
import { lookupColumn, place } from "./lookup.ts";
import type { Notes } from "./notes.ts";
import { sameZone } from "./zones.ts";

const INTEGERS = ["smallint", "integer", "bigint"];

/** One rule of `expires`, made fit for its column's type. */
export function resolveExpiry(
  declared: ExpiryDeclaration,
  table: Table,
  notes: Notes,
): ExpiryRule | undefined {
  const column = lookupColumn(table, declared.column, declared.path, notes);
  if (!column) return undefined;
  const { after, afterText } = declared;
  const common = { column: column.name, after, afterText };
  if (column.type === "timestamp with time zone") {
    return refuseNeedless(declared, column, table, notes) ?? { ...common, kind: "instant" };
  }
  if (column.type === "timestamp without time zone") {
    const zone = checkedZone(declared, column, table, notes);
    return zone === undefined ? undefined : { ...common, kind: "local", zone };
  }
  if (INTEGERS.includes(column.type)) {
    if (declared.zone !== undefined && !declared.zoneAssumed) {
      return notes.fault(
        declared.path,
        `${place(table, column)} is an epoch, which has no zone`,
        "Leave `zone` out.",
      );
    }
    if (declared.unit === undefined) {
      return notes.fault(
        declared.path,
        `${place(table, column)} is an integer: of what unit?`,
        "Add `unit: seconds` or `unit: milliseconds`.",
      );
    }
    return { ...common, kind: "epoch", unit: declared.unit };
  }
  return notes.fault(
    declared.path,
    `${place(table, column)} is of type ${column.type}, which says no moment`,
    "An expiry is a timestamp with or without time zone, or an integer epoch.",
  );
}

function refuseNeedless(
  declared: ExpiryDeclaration,
  column: Column,
  table: Table,
  notes: Notes,
): undefined {
  if (declared.zone !== undefined && !declared.zoneAssumed) {
    notes.fault(
      declared.path,
      `${place(table, column)} is a timestamp with time zone already`,
      "Leave `zone` out.",
    );
  }
  if (declared.unit !== undefined) {
    notes.fault(
      declared.path,
      `${place(table, column)} is a timestamp, not an epoch`,
      "Leave `unit` out.",
    );
  }
}

function checkedZone(
  declared: ExpiryDeclaration,
  column: Column,
  table: Table,
  notes: Notes,
): string | undefined {
  const { zone } = declared;
  if (zone === undefined) {
    return notes.fault(
      declared.path,
      `${place(table, column)} is a timestamp without time zone: in which zone is it written?`,
      `Write { column: ${column.name}, zone: UTC }, or the zone that the application writes in.`,
    );
  }
  if (notes.catalog.unknownZones.includes(zone)) {
    return notes.fault(
      declared.path,
      `the server knows no time zone "${zone}"`,
      "Write a name such as UTC or Europe/Berlin (select name from pg_timezone_names).",
    );
  }
  const { timeZone, timeZoneSettings } = notes.catalog;
  // Where a role or the database sets it, the warning about that says more.
  const isSet = timeZoneSettings.some((setting) => sameZone(setting.zone, timeZone));
  if (declared.zoneAssumed && !sameZone(zone, timeZone) && !isSet) {
    notes.warnings.push({
      kind: "zone",
      object: "TimeZone",
      what:
        `${place(table, column)} is taken to be in ${zone}, but this database's TimeZone is ` +
        `${timeZone}, and the store writes in whatever zone its connection has`,
      fix: `Say which it is: expires: { column: ${column.name}, zone: … }.`,
    });
  }
  return zone;
}
