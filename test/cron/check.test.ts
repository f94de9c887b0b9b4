import { describe, expect } from "vitest";
import { askFindings } from "../../src/health/ask-findings.ts";
import type { Finding } from "../../src/health/finding.ts";
import { watchedIn } from "../support/checked.ts";
import { openDatabase, testCron } from "../support/database.ts";
import {
  type Installed,
  installInto,
  SHOP_MANIFEST,
  withInstalledCron,
} from "../support/installed.ts";
import { localBinaries } from "../support/server/binaries.ts";
import { startCluster } from "../support/server/cluster.ts";

const AUTO = SHOP_MANIFEST.replace("cron: none\n", "");
const TWO_WORKERS = AUTO.replace("hold_over: 1", "hold_over: 1, workers: 2");

/** What `check` finds once this was done: in a transaction, so that pg_cron itself never sees it. */
async function foundAfter(db: Installed, sql: string): Promise<Finding[]> {
  const client = await db.connect();
  try {
    await client.query(`begin; ${sql}`);
    return await askFindings(client, watchedIn(db));
  } finally {
    await client.query("rollback");
    await client.end();
  }
}

/** What is done to the job, what is said of it, and the mend. */
const TROUBLES: readonly (readonly [what: string, sql: string, says: RegExp, mend: RegExp])[] = [
  [
    "the job is gone",
    "select cron.unschedule(jobid) from cron.job",
    /^no pg_cron job calls the sweep$/,
    /^select cron\.schedule\('lastwill-sweep', '\* \* \* \* \*', 'call lastwill\.sweep\(\)'\);$/,
  ],
  [
    "the job is switched off",
    "update cron.job set active = false",
    /^it is switched off$/,
    /^select cron\.alter_job\(\d+, active => true\);$/,
  ],
  [
    "a second job does the same",
    "select cron.schedule('again', '* * * * *', 'call lastwill.sweep()')",
    /^job \d+ of .* is a second one of: call lastwill\.sweep\(\)$/,
    /^select cron\.unschedule\(\d+\);$/,
  ],
  [
    "the job's role is gone",
    "update cron.job set username = 'lw_nobody'",
    /^its role lw_nobody is gone, and with that every job of the server stands still$/,
    /^delete from cron\.job where jobid = \d+; then restart the server$/,
  ],
  [
    "the job's role cannot log in",
    "create role lw_check_nologin nologin; update cron.job set username = 'lw_check_nologin'",
    /^its role lw_check_nologin cannot log in, so it never runs$/,
    /^alter role lw_check_nologin login;$/,
  ],
  [
    "the job was restored from another server",
    "update cron.job set nodename = 'old.example.com'",
    /^it runs on old\.example\.com:\d+, and this server's port is \d+$/,
    /^set role .+; select cron\.unschedule\(jobid\), cron\.schedule\(jobname, schedule, command\) from cron\.job where jobid = \d+; reset role;$/,
  ],
  [
    "the job was restored from a server with another port",
    "update cron.job set nodeport = 1",
    /:1, and this server's port is \d+$/,
    /where jobid = \d+; reset role;$/,
  ],
  [
    "the job runs at other times than the manifest says",
    "update cron.job set schedule = '0 0 1 1 *'",
    /^its schedule is 0 0 1 1 \*, and the manifest's \* \* \* \* \*$/,
    /^select cron\.alter_job\(\d+, schedule => '\* \* \* \* \*'\);$/,
  ],
  [
    "pg_cron cannot connect",
    `insert into cron.job_run_details (jobid, runid, database, username, command, status, return_message)
     select jobid, 4000000, database, username, command, 'failed', 'connection failed' from cron.job`,
    /^its last run failed: connection failed$/,
    /^let pg_cron in, by pg_hba\.conf or .*cron\.use_background_workers = on and restart; by hand: lastwill sweep$/,
  ],
  [
    "its last run failed",
    `insert into cron.job_run_details (jobid, runid, database, username, command, status, return_message)
     select jobid, 4000000, database, username, command, 'failed', 'ERROR:  no' || chr(10) || 'way' from cron.job`,
    /^its last run failed: ERROR: no way$/,
    /^mend that; by hand: lastwill sweep$/,
  ],
];

describe("check finds that", () => {
  testCron.each(TROUBLES)("%s", (_, sql, says, mend) =>
    withInstalledCron({ manifest: AUTO }, async (db) => {
      expect(await foundAfter(db, "select")).toEqual([]);
      const found = await foundAfter(db, sql);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ state: "job" });
      expect(found[0]?.what).toMatch(says);
      expect(found[0]?.mend).toMatch(mend);
    }),
  );

  testCron("a job that was restored is scheduled here again, and stays its role's", () =>
    withInstalledCron({ manifest: AUTO }, async (db) => {
      await db.query("create role lw_sweeper login; grant usage on schema cron to lw_sweeper");
      const restored = "update cron.job set username = 'lw_sweeper', nodename = 'old.example.com'";
      const [found] = await foundAfter(db, restored);
      const client = await db.connect();
      await client.query(`begin; ${restored}; ${found?.mend}`);
      const { rows } = await client.query(
        "select username, nodename <> 'old.example.com' as is_here from cron.job",
      );
      expect(rows).toEqual([{ username: "lw_sweeper", is_here: true }]);
      await client.query("rollback");
      await db.query("drop owned by lw_sweeper; drop role lw_sweeper");
    }),
  );

  testCron("the job's database is another, and not there", () =>
    withInstalledCron({ manifest: AUTO }, async (db) => {
      const found = await foundAfter(db, "update cron.job set database = 'lw_gone'");
      expect(found.map(({ what }) => what)).toEqual([
        "no pg_cron job calls the sweep",
        "its database lw_gone is not there",
      ]);
    }),
  );

  testCron(
    "where a job sweeps, nobody need have swept yet; where none does, that is said once",
    () =>
      withInstalledCron({ manifest: SHOP_MANIFEST }, async (db) => {
        const found = await foundAfter(db, "select");
        expect(found).toMatchObject([
          {
            state: "job",
            object: "session",
            what: "nobody sweeps it: no pg_cron job calls lastwill.sweep(), and there was no run",
            mend: "select cron.schedule('lastwill-sweep', '* * * * *', 'call lastwill.sweep()');",
          },
        ]);
        expect(await foundAfter(db, found[0]?.mend ?? "")).toEqual([]);
      }),
  );

  testCron("a worker's job is gone, and the other is not", () =>
    withInstalledCron({ manifest: TWO_WORKERS }, async (db) => {
      expect(await foundAfter(db, "select")).toEqual([]);
      const found = await foundAfter(
        db,
        "select cron.unschedule(jobid) from cron.job where jobname = 'lastwill-sweep-worker-2'",
      );
      expect(found).toMatchObject([{ state: "job", object: "lastwill-sweep-worker-2" }]);
    }),
  );
});

testCron("check says nothing of jobs to a role that may not see them", () =>
  withInstalledCron({ manifest: AUTO }, async (db) => {
    const found = await foundAfter(
      db,
      `create role lw_check_blind; grant usage on schema lastwill, cron to lw_check_blind;
       grant select on all tables in schema lastwill to lw_check_blind;
       grant execute on all functions in schema lastwill to lw_check_blind;
       set local role lw_check_blind`,
    );
    expect(found).toEqual([]);
    const off = await foundAfter(
      db,
      `update cron.job set active = false;
       create role lw_check_blind; grant usage on schema lastwill, cron to lw_check_blind;
       grant select on all tables in schema lastwill to lw_check_blind;
       grant execute on all functions in schema lastwill to lw_check_blind;
       set local role lw_check_blind`,
    );
    expect(off).toMatchObject([
      { state: "job", object: "lastwill-sweep", what: "it is switched off" },
    ]);
  }),
);

testCron(
  "check finds that pg_cron may run fewer jobs than there are workers, and that its launcher is gone",
  async () => {
    const binaries = localBinaries().find(({ cron }) => cron);
    if (!binaries) throw new Error("pg_cron is on the test server, but not on this machine");
    const cluster = await startCluster(binaries, { "cron.max_running_jobs": "1" });
    const db = await openDatabase(cluster.url);
    try {
      await db.query("create extension pg_cron");
      await installInto(db, { manifest: AUTO }, async (installed) => {
        const launcher = async () =>
          (await foundAfter(installed, "select")).filter(({ object }) => object === "pg_cron");
        expect(await launcher()).toEqual([]);
        const second = "call lastwill.sweep(worker => 2)";
        expect(
          await foundAfter(installed, `select cron.schedule('second', '* * * * *', '${second}')`),
        ).toMatchObject([
          { object: "pg_cron", what: "cron.max_running_jobs is 1, and 2 jobs sweep at once" },
        ]);
        await db.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'pg_cron launcher'",
        );
        await expect
          .poll(launcher, { timeout: 10_000 })
          .toMatchObject([{ state: "job", what: "its launcher does not run, so no job does" }]);
      });
    } finally {
      await db.close();
      await cluster.stop();
    }
  },
  120_000,
);
