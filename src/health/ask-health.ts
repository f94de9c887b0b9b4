import type pg from "pg";
import type { TableName } from "../graph.ts";
import { isoTime, isoTimeOrNull } from "../inspect/moment.ts";
import { render } from "../sql/template.ts";
import { isTimeout } from "../sql-state.ts";
import type { Drift } from "./drift-findings.ts";
import type { Bypasses, CronJob, Server } from "./server.ts";
import type { Standing, Waiting } from "./standing.ts";

/** How every owner stands. */
export async function askOwners(client: pg.ClientBase): Promise<Standing[]> {
  const owners = await rows<Standing>(client, "owners");
  return owners.map((owner) => ({
    ...owner,
    oldest_due: isoTimeOrNull(owner.oldest_due),
    paused_until: isoTimeOrNull(owner.paused_until),
    last_run_at: isoTimeOrNull(owner.last_run_at),
  }));
}

export async function askWaiting(client: pg.ClientBase): Promise<Waiting> {
  const backfills = await rows<{ name: string; begun_at: Date }>(client, "backfills");
  return {
    backfills: backfills.map(({ name, begun_at }) => ({ name, begun_at: isoTime(begun_at) })),
    dead_letters: await rows(client, "dead_letters"),
  };
}

/** The server, and the pg_cron jobs that may be seen. */
export async function askServer(
  client: pg.ClientBase,
): Promise<{ server: Server; jobs: CronJob[] }> {
  const server = (await rows<Server>(client, "server"))[0] as Server;
  const sees = server.has_cron && server.may_use_cron;
  return { server, jobs: sees ? await rows<CronJob>(client, "jobs") : [] };
}

export async function askBypasses(
  client: pg.ClientBase,
  tables: readonly TableName[],
): Promise<Bypasses> {
  const named = [tables.map(([schema]) => schema), tables.map(([, name]) => name)];
  return {
    row_security: await rows(client, "row_security", named),
    foreign_keys_off: await rows(client, "foreign_keys_off", named),
    subscriptions: await rows(client, "subscriptions", named),
    replica_roles: await rows(client, "replica_roles"),
  };
}

/** Edges with rows that have nobody; undefined where looking took too long. */
export async function askOrphans(client: pg.ClientBase): Promise<string[] | undefined> {
  return (await rowsInTime<{ edge: string }>(client, "orphans"))?.map(({ edge }) => edge);
}

/** Edges whose links are not what owners name; undefined where looking took too long. */
export async function askDrift(client: pg.ClientBase): Promise<Drift[] | undefined> {
  return rowsInTime(client, "drift");
}

async function rowsInTime<Row>(
  client: pg.ClientBase,
  question: string,
): Promise<Row[] | undefined> {
  await client.query("begin read only");
  try {
    await client.query("set local statement_timeout = '10s'");
    return await rows<Row>(client, question);
  } catch (error) {
    if (isTimeout(error)) return undefined;
    throw error;
  } finally {
    await client.query("rollback");
  }
}

async function rows<Row>(
  client: pg.ClientBase,
  question: string,
  given: unknown[] = [],
): Promise<Row[]> {
  return (await client.query(render(`health/${question}.sql`), given)).rows as Row[];
}
