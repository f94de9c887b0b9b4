import { type Catalog, type Queryable, readCatalog } from "../catalog.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { gapWarnings } from "./gaps.ts";
import { loadDump } from "./load.ts";

/** What a dump says of the tables that a manifest names. */
export interface DumpedCatalog {
  readonly catalog: Catalog;
  /** What should make its reader look twice. */
  readonly warnings: readonly string[];
}

/**
 * Loads a dump into an empty server, and reads its catalog. Throws UsageError when that would be wrong
 * about a table which the manifest names.
 *
 * @param name what the dump is called
 */
export async function readDumpedCatalog(
  server: Queryable,
  text: string,
  name: string,
  manifest: Manifest,
): Promise<DumpedCatalog> {
  const loaded = await loadDump(server, text);
  const read = await readCatalog(server, manifest);
  const timeZoneSettings = read.timeZoneSettings.map((setting) =>
    setting.database === null ? setting : { ...setting, database: loaded.database ?? null },
  );
  // A dump has no list of roles: whether they are there the migration will see.
  const catalog: Catalog = { ...read, timeZoneSettings, unknownRoles: [] };
  return {
    catalog,
    warnings: [
      ...gapWarnings(loaded, manifest, catalog, name),
      ...roleWarnings(read.unknownRoles, text, name),
    ],
  };
}

/** Of a dump with owners and rights: one without mentions nobody. */
function roleWarnings(unknown: readonly string[], text: string, name: string): string[] {
  const roles = unknown.filter((role) => !text.includes(role));
  if (roles.length === 0 || !/^(?:GRANT|ALTER .* OWNER TO) /im.test(text)) return [];
  const list = roles.map((role) => `"${role}"`).join(", ");
  return [
    `${name} does not mention ${roles.length === 1 ? "the role" : "the roles"} ${list} of grants. ` +
      "Not every role is in a dump; but migrate up stops at one that is not there.",
  ];
}
