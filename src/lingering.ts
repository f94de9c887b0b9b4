import type { Queryable } from "./catalog.ts";
import { edgesOf, type Graph, type TableName } from "./graph.ts";
import { foreignKeysOf, type Reference } from "./objects/foreign-key.ts";
import { waysOut } from "./objects/orphan-words.ts";
import { namesSomebody, orphanSql, shownSql, treatmentOf } from "./objects/orphans.ts";
import { qualified } from "./sql/quote.ts";
import { render } from "./sql/template.ts";
import { isTimeout } from "./sql-state.ts";

/**
 * The rows that lingered, which is why somebody is here: those that name a parent who is not there. A
 * warning for each new foreign key that will meet some, with what the migration will do about them. Looks
 * no longer than a few seconds; what it cannot count in that time it leaves to the migration.
 *
 * @param created ids of the objects that the new migrations make
 */
export async function lingeringRows(
  database: Queryable,
  graph: Graph,
  created: ReadonlySet<string>,
): Promise<string[]> {
  const edges = edgesOf(graph);
  const references = edges.flatMap(foreignKeysOf).filter(({ id }) => created.has(id));
  const warnings: string[] = [];
  for (const reference of references) {
    const orphans = await findLingering(database, reference);
    if (orphans.count > 0) warnings.push(warning(reference, orphans));
  }
  return warnings;
}

interface Lingering {
  readonly count: number;
  /** The keys of a few of them. */
  readonly sample: readonly string[];
}

async function findLingering(database: Queryable, reference: Reference): Promise<Lingering> {
  const orphan = (await exists(database, reference.parentTable))
    ? orphanSql(reference, "=")
    : namesSomebody(reference.columns);
  const slots = { table: reference.table, shown: shownSql(reference), orphan };
  // For the transaction alone: behind a pooler, others are given the connection next.
  await database.query("begin read only");
  try {
    await database.query("set local statement_timeout = '5s'");
    const { rows } = await database.query(render("catalog/lingering.sql", slots));
    const keys = reference.shown.length > 0 ? (rows[0]?.["sample"] ?? []) : [];
    return { count: Number(rows[0]?.["n"]), sample: keys as string[] };
  } catch (error) {
    if (isTimeout(error)) return { count: 0, sample: [] };
    throw error;
  } finally {
    await database.query("rollback");
  }
}

/** A managed owner's table is made only by the migration. */
async function exists(database: Queryable, table: TableName): Promise<boolean> {
  const name = qualified(...table);
  const { rows } = await database.query("select to_regclass($1) is not null as there", [name]);
  return rows[0]?.["there"] === true;
}

function warning(reference: Reference, { count, sample }: Lingering): string {
  const counted = count >= 100_000 ? "100,000 or more rows" : `${count} rows`;
  const rows = count === 1 ? "1 row" : counted;
  const more = count > sample.length ? ", …" : "";
  const keys =
    sample.length > 0 ? ` (${reference.shown.join(", ")}: ${sample.join(", ")}${more})` : "";
  const missing = `name${count === 1 ? "s" : ""} a row of ${qualified(...reference.parentTable)} that is not there`;
  return `${reference.written}: ${rows}${keys} ${missing}, and ${whatFollows(reference, count)}`;
}

function whatFollows(reference: Reference, count: number): string {
  const them = count === 1 ? "it" : "them";
  switch (treatmentOf(reference)) {
    case "stop":
      return `migrate up will stop at ${them}.\n  ${waysOut(reference)}`;
    case "delete":
      return `migrate up will delete ${them}.`;
    case "release":
      return `migrate up will let go of ${them}, so that the sweep ends what nothing keeps.`;
    case "set_null":
      return `migrate up will untie ${them}: what stays then has nobody, and nobody ends it.`;
  }
}
