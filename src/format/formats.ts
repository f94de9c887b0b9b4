import type { MigrationFormat } from "./format.ts";
import { nodePgMigrate } from "./node-pg-migrate.ts";

/** Every form in which migrations can be written; the first is the default. */
export const FORMATS: readonly MigrationFormat[] = [nodePgMigrate];

/** The names that `--format` takes. */
export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** The format of that name. */
export function formatNamed(name: string): MigrationFormat {
  const format = FORMATS.find((each) => each.name === name);
  if (!format) throw new RangeError(`there is no format ${name}`);
  return format;
}
