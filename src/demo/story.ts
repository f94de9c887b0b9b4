import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import colors from "picocolors";
import { readCatalog } from "../catalog.ts";
import { inspectTree } from "../commands/inspect.ts";
import { runText } from "../commands/sweep.ts";
import { formatNamed } from "../format/formats.ts";
import { generate } from "../generate.ts";
import { readManifest } from "../manifest/read.ts";
import { migrate } from "../migrate.ts";
import { sweep } from "../sweep.ts";
import type { Engine } from "./engine.ts";
import { quoted, table, title } from "./page.ts";
import { countLingering, countRows, fillShop, shopManifest, shopSchema, TABLES } from "./shop.ts";
import { pgCronJob, waitForPgCron } from "./tick.ts";

const SESSIONS = 2000;

/** Writes a line of the story. */
type Tell = (text: string) => void;

/** Tells the whole story on one engine, and gives how many rows lingered in the end: none, or a bug. */
export async function tellStory(engine: Engine, tell: Tell): Promise<number> {
  const { client } = engine;
  tell(`${colors.bold("pg-lastwill")} on ${engine.title}`);

  tell(title("A shop, as it is"));
  await client.query(shopSchema());
  await fillShop(client, SESSIONS);
  tell(countTable("rows", [await countRows(client)]));
  tell("  Sessions in connect-pg-simple's table. Their carts hold the session's id;");
  tell(
    "  their drafts and uploads are named in the session's data. Nothing removes\n  them when a session ends.",
  );

  tell(title("The manifest says who owns what: ownership.yaml"));
  tell(quoted(shopManifest()));

  const folder = await mkdtemp(join(tmpdir(), "lastwill-demo-"));
  try {
    await install(engine, folder, tell);
    await whoOwnsWhat(engine, tell);
    await sessionsExpire(engine, tell);
    await somebodyLogsIn(engine, tell);
    await deletedBySql(engine, tell);
    return await theEnd(engine, folder, tell);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function install({ client }: Engine, folder: string, tell: Tell): Promise<void> {
  tell(title("gen-migrations turns it into SQL"));
  const { manifest, source } = readManifest(shopManifest(), "ownership.yaml");
  const { files } = generate({
    manifest,
    source,
    catalog: await readCatalog(client, manifest),
    lock: undefined,
    format: formatNamed("node-pg-migrate"),
    folder: { existing: ["0001_shop.sql"], texts: new Map(), now: 0 },
  });
  for (const file of files) {
    await writeFile(join(folder, file.name), file.text);
    tell(
      `  migrations/${file.name.padEnd(34)} ${String(file.text.split("\n").length).padStart(5)} lines`,
    );
  }
  const trigger = files
    .flatMap(
      (file) => /create or replace trigger lastwill_session_deleted[^;]*;/.exec(file.text) ?? [],
    )
    .join("");
  tell(quoted(trigger));

  tell(title("migrate up installs it; rows that are there already are tied"));
  await migrate({
    client,
    folder,
    direction: "up",
    count: Number.POSITIVE_INFINITY,
    onStart: (name) => tell(`  ▲ ${name}`),
  });
  const job = await pgCronJob(client);
  tell(
    job
      ? `  pg_cron sweeps: ${job}`
      : "  No pg_cron here, so the demo calls lastwill.sweep() itself.",
  );
}

async function whoOwnsWhat({ client }: Engine, tell: Tell): Promise<void> {
  tell(title("psql: select * from lastwill.owned where owner_key = '…'"));
  const { rows } = await client.query("select sid from session order by sid limit 1");
  const lines = await inspectTree(client, "session", rows[0]?.sid, false);
  for (const line of lines) tell(`  ${line}`);
}

async function sessionsExpire({ client }: Engine, tell: Tell): Promise<void> {
  tell(title("Half of the sessions expire"));
  await client.query(
    `update session set expire = now() at time zone 'UTC' - interval '1 minute'
     where sid in (select sid from session order by sid limit $1)`,
    [SESSIONS / 2],
  );
  const before = await countRows(client);
  if (await pgCronJob(client)) {
    tell("  Nobody calls anything: waiting for pg_cron's next tick (a minute at most) …");
    await waitForPgCron(client);
  } else {
    for (const run of await sweep(client)) tell(`  call lastwill.sweep();  → ${runText(run)}`);
  }
  tell(countTable("rows", [before, await countRows(client)]));
}

async function somebodyLogsIn({ client }: Engine, tell: Tell): Promise<void> {
  tell(title("Somebody logs in: the session's id changes, the draft must survive"));
  const { rows } = await client.query(
    "select sid, sess, sess ->> 'draftId' as draft from session order by sid limit 1",
  );
  const { sid, sess, draft } = rows[0];
  await client.query("delete from session where sid = $1", [sid]);
  const { rows: waiting } = await client.query(
    "select due_at - released_at as grace from lastwill.released where edge = 'session.drafts' and owned_key = $1",
    [draft],
  );
  tell(
    `  1. express-session deletes the old session. Draft ${draft} is not deleted but\n     released:`,
  );
  tell(`     it waits out its grace (${waiting[0]?.grace.minutes ?? "?"} minutes).`);
  await sweep(client);
  await client.query(
    `insert into session (sid, sess, expire)
     values (md5('logged in'), $1, now() at time zone 'UTC' + interval '1 hour')`,
    [sess],
  );
  const { rows: after } = await client.query(
    `select
       (select count(*)::integer from drafts where id::text = $1) as drafts,
       (select count(*)::integer from lastwill.released where owned_key = $1) as released`,
    [draft],
  );
  tell("  2. A sweep comes by, and leaves it alone.");
  tell(
    `  3. The new session names it again: it is taken back (drafts: ${after[0].drafts}, released: ${after[0].released}).`,
  );
  tell("     (The cart held the old id in its column, and went with it: what is to");
  tell("     survive a login is named in the session's data.)");
}

async function deletedBySql({ client }: Engine, tell: Tell): Promise<void> {
  tell(title("A cron job deletes sessions behind the application's back"));
  tell("  update session set expire = … ; delete from session where expire < now();");
  const before = await countRows(client);
  await client.query(
    `update session set expire = now() at time zone 'UTC' - interval '1 second'
     where sid in (select sid from session where sid <> md5('logged in') order by sid limit $1)`,
    [SESSIONS / 4],
  );
  await client.query("delete from session where expire < now() at time zone 'UTC'");
  tell(countTable("rows", [before, await countRows(client)]));
  tell("  No callback ran, and no sweep: what they owned went in the same\n  transaction.");
}

async function theEnd({ client }: Engine, folder: string, tell: Tell): Promise<number> {
  const lingering = await countLingering(client);
  const { rows } = await client.query("select count(*)::integer as n from lastwill.orphan");
  tell(title("Nothing lingers"));
  tell(`  Rows that outlived their session, counted from the tables: ${lingering}`);
  tell(`  select count(*) from lastwill.orphan: ${rows[0]?.n}`);
  await migrate({
    client,
    folder,
    direction: "down",
    count: Number.POSITIVE_INFINITY,
  });
  tell("  migrate down took all of it away again: triggers, foreign keys, schema.");
  return lingering + Number(rows[0]?.n);
}

function countTable(label: string, counts: readonly Record<string, number>[]): string {
  const header = counts.length === 1 ? ["table", label] : ["table", "before", "after"];
  return table(
    header,
    TABLES.map((name) => [name, ...counts.map((count) => count[name] ?? 0)]),
  );
}
