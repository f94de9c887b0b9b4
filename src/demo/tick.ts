import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";

/** The pg_cron job that sweeps sessions, in words; undefined where there is none. */
export async function pgCronJob(client: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await client.query("select lastwill.sweep_job('session') as job");
  const job = String(rows[0]?.job);
  return job.startsWith("lastwill-sweep") ? job : undefined;
}

/** Waits until pg_cron has swept what is due, 90 seconds at most; gives whether it has. */
export async function waitForPgCron(client: pg.ClientBase): Promise<boolean> {
  for (let waited = 0; waited < 90; waited += 1) {
    const { rows } = await client.query("select expired from lastwill.status");
    if (rows.every(({ expired }) => Number(expired) === 0)) return true;
    await sleep(1000);
  }
  return false;
}
