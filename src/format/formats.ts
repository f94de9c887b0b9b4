import { dbmate } from "./dbmate.ts";
import { drizzle } from "./drizzle.ts";
import { flyway } from "./flyway.ts";
import type { MigrationFormat } from "./format.ts";
import { goose } from "./goose.ts";
import { nodePgMigrate } from "./node-pg-migrate.ts";
import { prisma } from "./prisma.ts";
import { rails } from "./rails.ts";
import { plainSql } from "./sql.ts";

/** Every form in which migrations can be written; the first is the default. */
export const FORMATS: readonly MigrationFormat[] = [
  nodePgMigrate,
  plainSql,
  dbmate,
  drizzle,
  flyway,
  goose,
  prisma,
  rails,
];

/** The names that `--format` takes. */
export const FORMAT_NAMES: readonly string[] = FORMATS.map(({ name }) => name);

/** The format of that name. */
export function formatNamed(name: string): MigrationFormat {
  const format = FORMATS.find((each) => each.name === name);
  if (!format) throw new RangeError(`there is no format ${name}`);
  return format;
}
