import type { Catalog, TimeZoneSetting } from "../catalog.ts";
import type { Graph, Owner } from "../graph.ts";
import { identifier } from "../sql/quote.ts";
import { isUtc } from "../time-zone.ts";
import type { Warning } from "./warning.ts";

/**
 * Where a role or the database sets another TimeZone than an expiry is taken to be in: what writes a
 * timestamp without time zone through such a connection is hours off.
 */
export function zoneWarnings(graph: Graph, catalog: Catalog): Warning[] {
  return graph.owners.flatMap((owner) =>
    owner.expires.flatMap((rule) =>
      rule.kind === "local"
        ? catalog.timeZoneSettings
            .filter((setting) => !sameZone(setting.zone, rule.zone))
            .map((setting) => warning(owner, rule.column, rule.zone, setting))
        : [],
    ),
  );
}

/** Whether two names are one zone, as far as names tell. */
export function sameZone(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase() || (isUtc(a) && isUtc(b));
}

function warning(owner: Owner, column: string, zone: string, setting: TimeZoneSetting): Warning {
  return {
    kind: "zone",
    object: "TimeZone",
    what:
      `${who(setting)} TimeZone = ${setting.zone}, but ${owner.table[1]}.${column} is taken to be in ${zone}: ` +
      `what writes it in its connection's zone expires rows of ${owner.name} early or late`,
    fix: `Reset it (${reset(setting)}), or say which zone is written: expires: { column: ${column}, zone: ${setting.zone} }.`,
  };
}

function who({ role, database }: TimeZoneSetting): string {
  if (role === null) return database === null ? "every role has" : `database ${database} has`;
  return database === null ? `role ${role} has` : `role ${role} in database ${database} has`;
}

function reset({ role, database }: TimeZoneSetting): string {
  if (role === null && database !== null) {
    return `alter database ${identifier(database)} reset timezone`;
  }
  const within = database === null ? "" : ` in database ${identifier(database)}`;
  return `alter role ${role === null ? "all" : identifier(role)}${within} reset timezone`;
}
