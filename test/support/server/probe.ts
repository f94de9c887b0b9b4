import pg from "pg";
import { say } from "./machine.ts";

/** What a server says of itself. */
export interface Probe {
  readonly version: string;
  readonly versionNumber: number;
  /** pg_cron's version, once its extension is in the database the URL names; null if the tests cannot have it. */
  readonly cron: string | null;
  readonly plpgsqlCheck: boolean;
}

/**
 * Asks a server what it is, and puts pg_cron's extension into the database that the URL names if that is
 * pg_cron's. The pg_cron tests empty that database, so in a cluster that is not `ours` it must be empty.
 */
export async function probe(url: string, ours: boolean): Promise<Probe> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(`
      select split_part(current_setting('server_version'), ' ', 1) as version,
             current_setting('server_version_num')::integer as number,
             exists (select from pg_available_extensions where name = 'plpgsql_check') as check,
             exists (
               select from pg_settings
               where name = 'cron.database_name' and setting = current_database()
             ) as cron`);
    const { version, number, check, cron } = rows[0];
    return {
      version,
      versionNumber: number,
      plpgsqlCheck: check,
      cron: cron && (ours || (await isEmpty(client))) ? await createCron(client) : null,
    };
  } finally {
    await client.end();
  }
}

async function createCron(client: pg.Client): Promise<string> {
  // Not in `public`, where old versions go by default: the tests drop that schema.
  await client.query("create extension if not exists pg_cron with schema pg_catalog");
  const { rows } = await client.query(
    "select extversion from pg_extension where extname = 'pg_cron'",
  );
  return rows[0].extversion;
}

async function isEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(`
    select c.oid::regclass::text as name
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname !~ '^(pg_|information_schema$|cron$)'
      and not exists (select from pg_depend as d where d.objid = c.oid and d.deptype = 'e')
    limit 1`);
  if (rows.length === 0) return true;
  say(
    `the pg_cron tests empty pg_cron's database, and the one in DATABASE_URL_TEST holds ${rows[0].name}`,
  );
  return false;
}
