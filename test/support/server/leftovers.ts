import pg from "pg";
import { say } from "./machine.ts";

/**
 * Drops the databases of one run on a server that outlives it. Not where pg_cron is older than 1.6.3: there
 * DROP DATABASE hangs, and an aborted one leaves the database invalid, so they stay and are named.
 */
export async function dropLeftovers(url: string, runId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select datname as name,
              exists (select from pg_settings where name = 'cron.database_name') as cron
       from pg_database
       where starts_with(datname, $1)`,
      [`lw_${runId}_`],
    );
    if (rows.length > 0 && rows[0].cron) {
      say(
        `left ${rows.length} databases named lw_${runId}_* (DROP DATABASE can hang beside pg_cron)`,
      );
      return;
    }
    for (const { name } of rows)
      await client.query(`drop database ${client.escapeIdentifier(name)} with (force)`);
  } finally {
    await client.end();
  }
}
