import type { Queryable } from "./catalog.ts";
import type { Graph, TableName } from "./graph.ts";
import { callName } from "./names.ts";
import { foreignKeysOf, type Reference } from "./objects/foreign-key.ts";
import { identifier, join, qualified, type Sql } from "./sql/quote.ts";
import { render } from "./sql/template.ts";

/**
 * What old rows will stop a new foreign key from being checked: rows that lingered, which is why
 * somebody is here. A warning for each key, with the statement that lets them go. Looks no longer than
 * a few seconds; what it cannot count in that time it leaves to the migration.
 *
 * @param created ids of the objects that the new migrations make
 */
export async function lingeringRows(
  database: Queryable,
  graph: Graph,
  created: ReadonlySet<string>,
): Promise<string[]> {
  await database.query("set statement_timeout = '5s'");
  const edges = graph.owners.flatMap((owner) => owner.edges);
  const references = edges.flatMap(foreignKeysOf).filter(({ id }) => created.has(id));
  const warnings: string[] = [];
  for (const reference of references) {
    const isThere = await exists(database, reference.parentTable);
    const count = await countLingering(database, reference, isThere);
    if (count > 0) warnings.push(warning(reference, count, isThere));
  }
  return warnings;
}

/** A managed owner's table is made only by the migration. */
async function exists(database: Queryable, table: TableName): Promise<boolean> {
  const name = qualified(...table);
  const { rows } = await database.query("select to_regclass($1) is not null as there", [name]);
  return rows[0]?.["there"] === true;
}

/** What holds for a row that names somebody: of a key of several columns, by all of them. */
function naming({ columns }: Reference): Sql {
  return join(
    columns.map((column) => `owned.${identifier(column)} is not null` as Sql),
    " and ",
  );
}

/** What holds for a row that names a parent who is not there. */
function lost(reference: Reference): Sql {
  const { columns, parentKey, parentTable } = reference;
  const same = columns.map(
    (column, index) =>
      `parent.${identifier(parentKey[index] ?? "")} = owned.${identifier(column)}` as Sql,
  );
  const parent = `select from ${qualified(...parentTable)} as parent where ${join(same, " and ")}`;
  return `${naming(reference)} and not exists (${parent})` as Sql;
}

async function countLingering(
  database: Queryable,
  reference: Reference,
  parentIsThere: boolean,
): Promise<number> {
  const slots = {
    table: reference.table,
    lost: parentIsThere ? lost(reference) : naming(reference),
  };
  try {
    const { rows } = await database.query(render("catalog/lingering.sql", slots));
    return Number(rows[0]?.["n"]);
  } catch (error) {
    const timedOut = error instanceof Error && "code" in error && error.code === "57014";
    if (timedOut) return 0;
    throw error;
  }
}

function warning(reference: Reference, count: number, parentIsThere: boolean): string {
  const parent = qualified(...reference.parentTable);
  const counted = count >= 100_000 ? "100,000 or more rows name" : `${count} rows name`;
  const rows = count === 1 ? "1 row names" : counted;
  const touch = identifier(callName("touch", reference.parentTable[1]));
  const first = parentIsThere
    ? "To let them go"
    : `${parent} is empty until lastwill.${touch}() is called for each who is there. To let go of the others then`;
  return (
    `${reference.written}: ${rows} a row of ${parent} that is not there, and migrate up will stop at its ` +
    `last step while they do.\n  ${first}: ${lettingGo(reference)};`
  );
}

/** A row that may outlive its parent can be untied; whether it should be is for a person to say. */
function lettingGo(reference: Reference): string {
  const { table, columns, nulled, onDelete } = reference;
  const rows = qualified(...table);
  const deletion = `delete from ${rows} as owned where ${lost(reference)}`;
  if (onDelete === "cascade") return deletion;
  const nulls = (nulled.length > 0 ? nulled : columns).map(
    (column) => `${identifier(column)} = null`,
  );
  return (
    `update ${rows} as owned set ${nulls.join(", ")} where ${lost(reference)};\n` +
    `  They stay then, and nobody ends them. To be rid of them instead: ${deletion}`
  );
}
