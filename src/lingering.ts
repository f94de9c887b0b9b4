import type { Queryable } from "./catalog.ts";
import type { ColumnEdge, Graph } from "./graph.ts";
import { foreignKeyId } from "./objects/column-edge.ts";
import { identifier, qualified } from "./sql/quote.ts";
import { render } from "./sql/template.ts";

/**
 * What old rows will stop a new foreign key from being checked: rows that lingered, which is why
 * somebody is here. A warning for each edge, with the statement that lets them go. Looks no longer than
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
  const warnings: string[] = [];
  for (const edge of graph.owners.flatMap((owner) => owner.edges)) {
    if (edge.kind !== "column" || !created.has(foreignKeyId(edge))) continue;
    const count = await countLingering(database, edge);
    if (count > 0) warnings.push(warning(edge, count));
  }
  return warnings;
}

async function countLingering(database: Queryable, edge: ColumnEdge): Promise<number> {
  const slots = {
    owned: edge.table,
    by: edge.by,
    parent: edge.parentTable,
    key: edge.parentKey,
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

function warning(edge: ColumnEdge, count: number): string {
  const [owned, parent] = [qualified(...edge.table), qualified(...edge.parentTable)];
  const [by, key] = [identifier(edge.by), identifier(edge.parentKey)];
  const counted = count >= 100_000 ? "100,000 or more rows name" : `${count} rows name`;
  const rows = count === 1 ? "1 row names" : counted;
  return (
    `${edge.written}: ${rows} a row of ${parent} that is not there, and migrate up will stop at its ` +
    `last step while they do.\n  To let them go: delete from ${owned} as owned where owned.${by} is not null ` +
    `and not exists (select from ${parent} as parent where parent.${key} = owned.${by});`
  );
}
