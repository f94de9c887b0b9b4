import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { describe, expect, inject, test } from "vitest";
import { readCatalog } from "../../src/catalog.ts";
import { type Notice, readNotice } from "../../src/database.ts";
import { onEmbedded } from "../../src/demo/engine.ts";
import { formatNamed } from "../../src/format/formats.ts";
import { generate } from "../../src/generate.ts";
import { readManifest } from "../../src/manifest/read.ts";
import { MIGRATIONS_TABLE, migrate } from "../../src/migrate.ts";
import { testCron, withDatabase } from "../support/database.ts";
import {
  type CanQuery,
  column,
  type Installation,
  type Installed,
  installInto,
  login,
  migrateFolder,
  SHOP_MANIFEST,
  SHOP_SCHEMA,
  value,
  withInstalledCron,
} from "../support/installed.ts";
import { localBinaries } from "../support/server/binaries.ts";
import { startCluster } from "../support/server/cluster.ts";

const AUTO = SHOP_MANIFEST.replace("cron: none\n", "");
const every = (schedule: string) => AUTO.replace("hold_over: 1", `every: ${schedule}`);

/** What the job of a second worker calls. */
const WORKER = "call lastwill.sweep(worker => 2)";

const warnings = (notices: readonly Notice[]) =>
  notices.filter(({ severity }) => severity === "WARNING");

testCron(
  "a real tick of pg_cron, with no client connected, leaves exactly the live half and what it owns",
  async () => {
    // Other test files want this database too, so it is held only around the full minute.
    const second = () => (Date.now() / 1000) % 60;
    await sleep(second() < 50 ? Math.max(0, 40 - second()) * 1000 : (100 - second()) * 1000);
    await withInstalledCron({ manifest: AUTO }, async (db) => {
      expect(warnings(db.notices)).toEqual([]);
      expect(await db.query("select jobname, schedule, command, database from cron.job")).toEqual([
        {
          jobname: "lastwill-sweep",
          schedule: "* * * * *",
          command: "call lastwill.sweep()",
          database: db.name,
        },
      ]);
      expect(await value(db, "select job from lastwill.status")).toBe("lastwill-sweep: * * * * *");
      await db.query(`
        insert into drafts (id) select generate_series(1, 1001);
        insert into session
        select 's' || n, json_build_object('draftId', n),
               now() at time zone 'UTC' + case when n <= 500 then interval '-1 hour' else '1 hour' end
        from generate_series(1, 1000) as n;
        insert into carts (session_sid) select sid from session;
        insert into cart_items (cart_id) select id from carts cross join generate_series(1, 2)`);
      // Nobody calls the sweep: the one connection left looks, and keeps this database for the test.
      const until = Date.now() + 75_000;
      const finished =
        "select from lastwill.sweep_run where owners_ended > 0 and ended_at is not null";
      while ((await db.query(finished)).length === 0 && Date.now() < until) await sleep(1_000);
      await sleep(1_000);
      expect(
        await db.query(`
          select count(*)::integer as sessions,
                 count(*) filter (where substr(sid, 2)::integer > 500)::integer as live,
                 (select count(*)::integer from carts join session on session_sid = session.sid) as carts,
                 (select count(*)::integer from carts) as all_carts,
                 (select count(*)::integer from cart_items) as items,
                 (select count(*)::integer from drafts) as drafts,
                 (select min(id)::integer from drafts) as first_draft
          from session`),
      ).toEqual([
        {
          sessions: 500,
          live: 500,
          carts: 500,
          all_carts: 500,
          items: 1000,
          drafts: 501,
          first_draft: 501,
        },
      ]);
      expect(
        await column(
          db,
          "select distinct status from cron.job_run_details where status <> 'running'",
        ),
      ).toEqual(["succeeded"]);
      expect(await value(db, "select sum(owners_ended)::integer from lastwill.sweep_run")).toBe(
        500,
      );
    });
  },
  150_000,
);

describe("where pg_cron cannot be used, the migration succeeds, and says why and what to do:", () => {
  testCron("it lives in another database", () =>
    installedHere({ manifest: AUTO }, async (db) => {
      expect(warnings(db.notices)).toEqual([
        {
          severity: "WARNING",
          message:
            "lastwill: nothing was scheduled, for pg_cron cannot be used here (P0001: can only create extension in database postgres)",
          hint:
            "On this server pg_cron lives in database postgres. Run there: " +
            `select cron.schedule_in_database('lastwill-sweep-${db.name}', '* * * * *', 'call lastwill.sweep()', '${db.name}');`,
        },
      ]);
      expect(await value(db, "select job from lastwill.status")).toBe(
        "none: pg_cron is not in this database",
      );
      await installed(db);
    }),
  );

  testCron("the statement that the hint gives works there", () =>
    installedHere({ manifest: AUTO }, async (db) => {
      const statement = /select cron\..*;/.exec(warnings(db.notices)[0]?.hint ?? "")?.[0] ?? "";
      const there = new pg.Client({ connectionString: inject("cronUrl") as string });
      await there.connect();
      try {
        await there.query("begin");
        // Beside the job of the database itself, which an old pg_cron would give up for one of its name.
        await there.query(
          "select cron.schedule('lastwill-sweep', '* * * * *', 'call lastwill.sweep()')",
        );
        await there.query(statement);
        const { rows } = await there.query(
          `select command, database from cron.job
           where jobname like 'lastwill-sweep%' and database in ('postgres', $1)
           order by database = $1`,
          [db.name],
        );
        expect(rows).toEqual([
          { command: "call lastwill.sweep()", database: "postgres" },
          { command: "call lastwill.sweep()", database: db.name },
        ]);
      } finally {
        await there.query("rollback");
        await there.end();
      }
    }),
  );

  testCron("the role that migrates is no superuser", () =>
    asPlainRole(async (db, role) => {
      expect(warnings(db.notices)).toMatchObject([
        {
          message: expect.stringMatching(/nothing was scheduled.*42501/),
          hint: expect.stringContaining(
            `A superuser must run: create extension pg_cron; grant usage on schema cron to ${role};`,
          ),
        },
      ]);
      await installed(db);
    }),
  );

  testCron("the role that migrates may not use schema cron, or cannot log in", () => {
    const role = `lw_${inject("runId")}_plain`;
    const schema = `
      create role ${role};
      grant create on database postgres to ${role};
      alter schema public owner to ${role};
      set role ${role};
      ${SHOP_SCHEMA}
      reset role`;
    return withInstalledCron({ manifest: AUTO, schema, role }, async (db) => {
      expect(warnings(db.notices)).toMatchObject([
        {
          message: `lastwill: nothing was scheduled, for role ${role} may not use schema cron`,
          hint: expect.stringContaining(
            `A superuser must run: grant usage on schema cron to ${role}; then run: select cron.schedule('lastwill-sweep'`,
          ),
        },
      ]);
      await installed(db);

      await db.query(`grant usage on schema cron to ${role}`);
      await migrateFolder(db, db.folder, "down", { role });
      const notices: Notice[] = [];
      await migrateFolder(db, db.folder, "up", { role, notices });
      expect(warnings(notices)).toMatchObject([
        {
          message: `lastwill: role ${role} cannot log in, and pg_cron runs a job by logging in as its owner`,
          hint: `Run: alter role ${role} login; or migrate as a role that can log in.`,
        },
      ]);
      expect(await column(db, "select username from cron.job")).toEqual([role]);
      await db.query(`
        select cron.unschedule(jobid) from cron.job;
        revoke usage on schema cron from ${role}`);
    });
  });

  testCron("the server does not preload it", async () => {
    const binaries = localBinaries().find(({ cron }) => cron);
    if (!binaries) throw new Error("pg_cron is on the test server, but not on this machine");
    const cluster = await startCluster({ ...binaries, cron: false });
    const client = new pg.Client({ connectionString: cluster.url });
    try {
      await client.connect();
      expect(warnings(await installWith(client))).toMatchObject([
        {
          message: expect.stringMatching(/nothing was scheduled.*42704.*cron\.database_name/),
          hint: expect.stringContaining(
            "Set shared_preload_libraries = 'pg_cron' and cron.database_name = 'postgres' in postgresql.conf and restart the server.",
          ),
        },
      ]);
      await installed(client);
    } finally {
      await client.end();
      await cluster.stop();
    }
  });

  test("the server does not have it (an embedded PostgreSQL)", () =>
    onEmbedded(
      async ({ client }) => {
        expect(warnings(await installWith(client))).toMatchObject([
          {
            message: expect.stringMatching(/nothing was scheduled.*0A000/),
            hint: expect.stringMatching(
              /^This server does not have pg_cron\. Run "lastwill sweep" from any scheduler, or install/,
            ),
          },
        ]);
        const { rows } = await client.query("select job from lastwill.status");
        expect(rows).toEqual([{ job: "none: pg_cron is not in this database" }]);
        await installed(client);
      },
      () => undefined,
    ));
});

describe("in pg_cron's database", () => {
  testCron("going down takes the job away, and up again brings it back", () =>
    withInstalledCron({ manifest: AUTO }, async (db) => {
      await db.query("select cron.schedule('theirs', '0 0 1 1 *', 'call lastwill.sweep()')");
      await migrateFolder(db, db.folder, "down");
      expect(await column(db, "select jobname from cron.job")).toEqual(["theirs"]);
      await migrateFolder(db, db.folder, "up");
      expect(await column(db, "select jobname from cron.job order by 1")).toEqual([
        "lastwill-sweep",
        "theirs",
      ]);
    }),
  );

  testCron("a schedule of seconds falls back to a minute where pg_cron is older than 1.5", () =>
    withInstalledCron({ manifest: every("30 seconds") }, async (db) => {
      const [version = "0"] = (await column(
        db,
        "select extversion from pg_extension where extname = 'pg_cron'",
      )) as string[];
      const old = /^(0|1\.[0-4])\b/.test(version);
      expect(await column(db, "select schedule from cron.job")).toEqual([
        old ? "* * * * *" : "30 seconds",
      ]);
      expect(warnings(db.notices)).toEqual(
        old
          ? [
              {
                severity: "WARNING",
                message:
                  "lastwill: this pg_cron cannot run a job every 30 seconds; scheduled every minute",
                hint: expect.stringContaining(
                  "Update pg_cron to 1.5 or later. Then run: select cron.",
                ),
              },
            ]
          : [],
      );
    }),
  );

  testCron("owners with schedules of their own get a job each", () =>
    withInstalledCron(
      {
        schema: `${SHOP_SCHEMA} create table invite (code text primary key, until timestamptz)`,
        manifest: `${every("5 minutes")}\n  invite: { table: invite, expires: until }\n`,
      },
      async (db) => {
        expect(
          await db.query("select jobname, schedule, command from cron.job order by 1"),
        ).toEqual([
          {
            jobname: "lastwill-sweep-invite",
            schedule: "* * * * *",
            command: "call lastwill.sweep('invite')",
          },
          {
            jobname: "lastwill-sweep-session",
            schedule: "*/5 * * * *",
            command: "call lastwill.sweep('session')",
          },
        ]);
        expect(await value(db, "select job from lastwill.status where owner = 'invite'")).toBe(
          "lastwill-sweep-invite: * * * * *",
        );
      },
    ),
  );

  testCron("two workers have a job each, and the status names both", () =>
    withInstalledCron(
      { manifest: AUTO.replace("hold_over: 1", "hold_over: 1, workers: 2") },
      async (db) => {
        expect(
          await db.query("select jobname, schedule, command from cron.job order by 1"),
        ).toEqual([
          { jobname: "lastwill-sweep", schedule: "* * * * *", command: "call lastwill.sweep()" },
          {
            jobname: "lastwill-sweep-worker-2",
            schedule: "* * * * *",
            command: WORKER,
          },
        ]);
        expect(await value(db, "select job from lastwill.status")).toBe(
          "lastwill-sweep: * * * * *, lastwill-sweep-worker-2: * * * * *",
        );
        await db.query(
          "update cron.job set active = false where jobname = 'lastwill-sweep-worker-2'",
        );
        expect(await value(db, "select job from lastwill.status")).toBe(
          "lastwill-sweep: * * * * *, lastwill-sweep-worker-2: * * * * * (inactive)",
        );
        await migrateFolder(db, db.folder, "down");
        expect(await column(db, "select jobname from cron.job")).toEqual([]);
      },
    ),
  );

  testCron(
    "a run trims what pg_cron noted of our own jobs once log_days are over, and of no other",
    () =>
      withInstalledCron(
        { manifest: SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 1, log_days: 2") },
        async (db) => {
          const notes = [
            ["ours, long ago", "current", "call lastwill.sweep()", "succeeded", "3 days"],
            ["ours, long ago: a worker", "current", WORKER, "succeeded", "3 days"],
            [
              "ours, long ago: one owner",
              "current",
              "call lastwill.sweep('session')",
              "failed",
              "49 hours",
            ],
            ["ours, long ago: without a time", "current", "call lastwill.sweep()", "failed", null],
            ["theirs, long ago", "current", "vacuum", "succeeded", "3 days"],
            [
              "theirs, long ago, like ours",
              "current",
              "call lastwill.sweeper()",
              "succeeded",
              "3 days",
            ],
            [
              "another database's, long ago",
              "another",
              "call lastwill.sweep()",
              "succeeded",
              "3 days",
            ],
            ["theirs, long ago: the last", "current", "vacuum", "succeeded", "49 hours"],
            ["ours, of yesterday", "current", "call lastwill.sweep()", "succeeded", "47 hours"],
            ["ours, of yesterday: a worker", "current", WORKER, "failed", "1 day"],
            ["ours, of late: without a time", "current", "call lastwill.sweep()", "failed", null],
            ["ours, of now", "current", "call lastwill.sweep()", "running", null],
          ];
          for (const [message, database, command, status, ago] of notes)
            await db.query(
              `insert into cron.job_run_details
               (jobid, database, username, command, status, return_message, start_time, end_time)
             values (
               1, case $2 when 'current' then current_database() else $2 end, 'me', $3, $4, $1,
               now() - $5::interval, now() - $5::interval
             )`,
              [message, database, command, status, ago],
            );
          const kept = () =>
            column(db, "select return_message from cron.job_run_details order by runid");
          await db.query("call lastwill.sweep()");
          const left = notes
            .map(([message]) => message)
            .filter((each) => !/^ours, long ago/.test(String(each)));
          expect(await kept()).toEqual(left);

          // It is read once an hour only.
          await db.query(
            "update cron.job_run_details set end_time = now() - interval '49 hours' where return_message = 'ours, of yesterday'",
          );
          await db.query("call lastwill.sweep()");
          expect(await kept()).toEqual(left);
          await db.query(
            "update lastwill.sweep_run set started_at = started_at - interval '1 hour'",
          );
          await db.query("call lastwill.sweep()");
          expect(await kept()).toEqual(left.filter((each) => each !== "ours, of yesterday"));
        },
      ),
  );

  testCron("cron: none makes no job, and warns of nothing", () =>
    withInstalledCron({}, async (db) => {
      expect(await column(db, "select jobname from cron.job")).toEqual([]);
      expect(warnings(db.notices)).toEqual([]);
    }),
  );
});

test("cron: {database} says which statement to run there", () =>
  installedHere({ manifest: `cron: { database: ops }${AUTO}` }, async (db) => {
    expect(warnings(db.notices)).toEqual([
      {
        severity: "WARNING",
        message: "lastwill: the sweep has to be scheduled in database ops, where pg_cron lives",
        hint: `Run there: select cron.schedule_in_database('lastwill-sweep-${db.name}', '* * * * *', 'call lastwill.sweep()', '${db.name}');`,
      },
    ]);
  }));

/** Not in a copy: what is said names the database. */
function installedHere(
  installation: Installation,
  run: (db: Installed) => Promise<void>,
): Promise<void> {
  return withDatabase((db) => installInto(db, installation, run));
}

/** That all of the migration is there but the job: the sweep makes room for the same session again. */
async function installed(db: CanQuery): Promise<void> {
  await login(db, "expired", {}, "-1 hour");
  await db.query("call lastwill.sweep()");
  await db.query("insert into session select 'expired', '{}', now()");
}

/** Installs the shop on a connection that is no test database's, and gives what was said. */
async function installWith(client: pg.ClientBase): Promise<Notice[]> {
  const notices: Notice[] = [];
  client.on("notice", (notice) => notices.push(readNotice(notice)));
  await client.query(SHOP_SCHEMA);
  const { manifest, source } = readManifest(AUTO, "ownership.yaml");
  const { files } = generate({
    manifest,
    source,
    catalog: await readCatalog(client, manifest),
    lock: undefined,
    format: formatNamed("node-pg-migrate"),
    folder: { existing: [], texts: new Map(), now: 0 },
  });
  const folder = mkdtempSync(join(tmpdir(), "lw-cron-"));
  try {
    for (const file of files) writeFileSync(join(folder, file.name), file.text);
    const count = Number.POSITIVE_INFINITY;
    await migrate({ client, folder, direction: "up", count, table: MIGRATIONS_TABLE });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return notices;
}

/** Installs as a role that owns a database of its own, and is no superuser. */
async function asPlainRole(run: (db: Installed, role: string) => Promise<void>): Promise<void> {
  await withDatabase(async (fresh) => {
    const role = `plain_${fresh.name}`;
    await fresh.query(`
      create role ${role};
      alter database ${fresh.name} owner to ${role};
      alter schema public owner to ${role};
      set role ${role}`);
    await installInto(fresh, { manifest: AUTO, role }, (db) => run(db, role));
  });
}
