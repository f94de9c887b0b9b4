import { type Catalog, findRelation } from "../catalog.ts";
import { UsageError } from "../exit.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { parseTableName } from "../table-name.ts";
import type { Failure, Loaded } from "./load.ts";
import { namedTables } from "./named-tables.ts";
import { tablesOf, type WrittenTable } from "./tables-of.ts";

/**
 * What a dump's reader should know is missing. Throws UsageError where that is about a table which the
 * manifest names: what a catalog says of it then is not so.
 *
 * @param name what the dump is called
 */
export function gapWarnings(
  { failures, extensions }: Loaded,
  manifest: Manifest,
  catalog: Catalog,
  name: string,
): string[] {
  const named = namedTables(manifest).map(
    (written) => findRelation(catalog, written) ?? parseTableName(written),
  );
  const grave = failures.filter(({ sql }) => {
    const tables = tablesOf(sql);
    return tables.length > 0 && tables.every((table) => named.some((one) => isSame(one, table)));
  });
  if (grave.length > 0) throw unreadable(grave, extensions, name);
  const lacking = [
    ...(extensions.length > 0 ? [extensionList(extensions)] : []),
    ...(failures.length > 0 ? [failureList(failures)] : []),
  ];
  if (lacking.length === 0) return [];
  return [
    `${name} was read without ${lacking.join(" and without ")}: the embedded PostgreSQL cannot load that. It concerns no table of the manifest.`,
  ];
}

function isSame(named: WrittenTable, table: WrittenTable): boolean {
  const schemas = [named.schema, table.schema];
  return (
    named.name === table.name && (schemas.includes(undefined) || named.schema === table.schema)
  );
}

function unreadable(
  failures: readonly Failure[],
  extensions: readonly string[],
  name: string,
): UsageError {
  const each = firstOfEach(failures).map(
    ({ line, sql, reason }) => `${name}:${line}: ${firstWords(sql)}: ${reason}`,
  );
  const lacks =
    extensions.length > 0 ? `The embedded PostgreSQL lacks ${extensionList(extensions)}. ` : "";
  return new UsageError(
    `the manifest names a table that cannot be read from ${name}\n${each.join("\n")}\n` +
      `  ${lacks}Let the database itself be read: -d postgres://user:password@host/database.`,
  );
}

/** The others of a table fail because its first did. */
function firstOfEach(failures: readonly Failure[]): Failure[] {
  const table = ({ sql }: Failure) => tablesOf(sql)[0]?.name;
  return failures.filter(
    (failure, index) => failures.findIndex((other) => table(other) === table(failure)) === index,
  );
}

function extensionList(extensions: readonly string[]): string {
  return `${extensions.length === 1 ? "the extension" : "the extensions"} ${extensions.join(", ")}`;
}

function failureList(failures: readonly Failure[]): string {
  const [first] = failures;
  const because = `line ${first?.line}: ${first?.reason}`;
  return failures.length === 1
    ? `a statement (${because})`
    : `${failures.length} statements (the first, ${because})`;
}

/** Enough of a statement to recognise it, on one line. */
function firstWords(sql: string): string {
  const words = sql.replace(/\s+/g, " ");
  return words.length <= 60 ? words : `${words.slice(0, 59)}…`;
}
