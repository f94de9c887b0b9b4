import type { Queryable } from "./catalog.ts";
import type { Graph } from "./graph.ts";
import { render } from "./sql/template.ts";

/** A row of sql/catalog/pg_cron.sql. */
interface PgCron {
  readonly database: string;
  readonly has_cron: boolean;
  readonly is_available: boolean;
  readonly cron_database: string | null;
}

/**
 * That a migration's job cannot be scheduled in this database, and what to do about it: none where it can be, or nobody
 * may know.
 *
 * @param created ids of the objects that the new migrations make
 */
export async function unscheduled(
  database: Queryable,
  graph: Graph,
  created: ReadonlySet<string>,
): Promise<string[]> {
  if (graph.cron !== "auto" || ![...created].some((id) => id.startsWith("pg_cron job "))) return [];
  const { rows } = await database.query(render("catalog/pg_cron.sql"));
  const found = rows[0] as unknown as PgCron;
  const why = whyNot(found);
  if (why === undefined) return [];
  return [
    `${why}, so the migration schedules nothing, and nothing expired ends by itself.\n  ${wayOut(found)}`,
  ];
}

function whyNot(found: PgCron): string | undefined {
  const { database, has_cron, is_available, cron_database } = found;
  if (has_cron) return undefined;
  if (!is_available) return "this server has no pg_cron";
  if (cron_database === null || cron_database === database) return undefined;
  return `pg_cron lives in database ${cron_database}`;
}

function wayOut({ is_available, cron_database }: PgCron): string {
  const anywhere =
    "Have any scheduler run, each minute: lastwill sweep; and write cron: none into the manifest.";
  if (!is_available) return anywhere;
  return `Write into the manifest: cron: { database: ${JSON.stringify(cron_database)} }. The migration then says what to run there.`;
}
