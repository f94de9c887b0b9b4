import type pg from "pg";
import { type Notice, withClient } from "../database.ts";
import { withEmbedded } from "../embedded.ts";
import { UsageError } from "../exit.ts";
import { render } from "../sql/template.ts";

/** Where the story plays. */
export interface Engine {
  readonly client: pg.ClientBase;
  /** `PostgreSQL 18.6, embedded (PGlite)`. */
  readonly title: string;
}

/** Plays on the embedded PostgreSQL: nothing to install, nothing left behind. */
export async function onEmbedded<T>(
  work: (engine: Engine) => Promise<T>,
  onNotice: (notice: Notice) => void,
): Promise<T> {
  return withEmbedded(
    async (client) =>
      work({ client, title: `PostgreSQL ${await version(client)}, embedded (PGlite)` }),
    onNotice,
  );
}

/** The demo's tables on a server: a schema of its own, so that it meets no table of anybody's. */
const DEMO_SCHEMA = "lastwill_demo";

/**
 * Runs `work` on a server, in a schema of the demo's own, and takes everything away again. Throws
 * UsageError where pg-lastwill, or an earlier demo, is installed already.
 */
export async function onServer<T>(
  url: string,
  work: (engine: Engine) => Promise<T>,
  onNotice: (notice: Notice) => void,
): Promise<T> {
  return withClient(
    url,
    async (client) => {
      await refuseInstalled(client);
      await client.query(`create schema ${DEMO_SCHEMA}`);
      try {
        await client.query(`set search_path to ${DEMO_SCHEMA}, public`);
        return await work({ client, title: `PostgreSQL ${await version(client)}` });
      } finally {
        await takeAway(client);
      }
    },
    onNotice,
  );
}

/** Also where the story was cut off; what it found installed it would have refused. */
async function takeAway(client: pg.ClientBase): Promise<void> {
  await client.query(render("cron/unschedule.sql", { job: "lastwill-sweep" }));
  await client.query(`drop schema if exists lastwill cascade; drop schema ${DEMO_SCHEMA} cascade`);
}

async function refuseInstalled(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query(
    "select nspname as name from pg_namespace where nspname in ('lastwill', $1)",
    [DEMO_SCHEMA],
  );
  if (rows.length === 0) return;
  throw new UsageError(
    `the database has a schema ${rows[0]?.name} already\n  The demo needs a database where pg-lastwill is not installed: create one, or run it without --database-url.`,
  );
}

async function version(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query("show server_version");
  return String(rows[0]?.server_version).split(" ")[0] ?? "";
}
