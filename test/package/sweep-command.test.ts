import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import {
  column,
  expire,
  type Installed,
  SHOP_MANIFEST,
  value,
  withInstalled,
} from "../support/installed.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();

/** Sessions s1 to sN, each with a cart, the first of them (all, unless it is said) with a draft. */
const SESSIONS = (count: number, withDraft = count) => `
  insert into drafts (id) select generate_series(1, ${withDraft});
  insert into session
  select
    's' || n,
    json_strip_nulls(json_build_object('draftId', case when n <= ${withDraft} then n end)),
    now() at time zone 'UTC' + interval '1 hour'
  from generate_series(1, ${count}) as n;
  insert into carts (session_sid) select sid from session`;

const SLOW = `
  create function slow() returns trigger language plpgsql as
  'begin perform pg_sleep(0.001); return old; end';
  create trigger slow before delete on session for each row execute function slow()`;

const TWO = SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 1, workers: 2");

function sweep(db: Installed, ...args: string[]): Promise<Ran> {
  return run("node", [built.cli, "sweep", ...args], { env: { DATABASE_URL: db.url } });
}

/** Runs the sweep, and sends it a signal as soon as it has told of its first batch. */
async function interrupted(db: Installed, signal: NodeJS.Signals, ...args: string[]): Promise<Ran> {
  const child = spawn("node", [built.cli, "sweep", "--json", ...args], {
    env: { ...process.env, NO_COLOR: "1", DATABASE_URL: db.url },
  });
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  child.stdout.on("data", (text) => {
    if (stdout === "") child.kill(signal);
    stdout += text;
  });
  const [code] = await once(child, "close");
  return { code: code ?? -1, stdout, stderr };
}

interface Event {
  readonly event: "batch" | "run";
  readonly worker: number;
  readonly step: string;
  readonly rows: number | null;
  readonly owners_ended: number;
  readonly released_ended: number;
  readonly batches: number;
}

function events({ stdout }: Ran): readonly Event[] {
  const lines = stdout.trimEnd().split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** What the batches of one worker dealt with, by step. */
function rowsOf(all: readonly Event[], worker: number, step: string): number {
  const batches = all.filter((each) => each.event === "batch" && each.worker === worker);
  return batches.reduce((sum, each) => sum + (each.step === step ? (each.rows ?? 0) : 0), 0);
}

const LOG = `
  select worker, owners_ended::integer, released_ended::integer, batches, ended_at is not null as closed
  from lastwill.sweep_run order by id`;

const left = (db: Installed, table = "session") =>
  value(db, `select count(*)::integer from ${table}`);

describe("an interrupt", () => {
  test.each([
    ["SIGINT", 1],
    ["SIGTERM", 1],
    ["SIGINT", 2],
  ] as const)(
    "in the middle of a sweep (%s, %i workers) ends it after the batch in hand, with its run closed and the rest still due",
    (signal, workers) =>
      withInstalled({ manifest: TWO }, async (db) => {
        await db.query(SESSIONS(3000));
        await db.query(SLOW);
        await expire(db);
        const ran = await interrupted(db, signal, "--workers", String(workers));
        expect(ran).toMatchObject({
          code: 0,
          stderr: "\nlastwill: stopping after the batch in hand\n",
        });
        const log = await db.query(LOG);
        expect(log).toHaveLength(workers);
        const all = events(ran);
        for (const each of log) {
          expect(each).toMatchObject({ closed: true });
          expect(each["owners_ended"]).toBe(rowsOf(all, Number(each["worker"]), "session"));
          expect(
            all.filter(({ event, worker }) => event === "run" && worker === each["worker"]),
          ).toMatchObject([{ owners_ended: each["owners_ended"], batches: each["batches"] }]);
        }
        const ended = log.reduce((sum, each) => sum + Number(each["owners_ended"]), 0);
        expect(ended).toBeGreaterThan(0);
        expect(ended).toBeLessThan(3000);
        expect(await left(db)).toBe(3000 - ended);
        expect(await left(db, "carts")).toBe(3000 - ended);
        expect(await value(db, "select expired::integer from lastwill.status")).toBe(3000 - ended);

        await db.query("drop trigger slow on session");
        expect(await sweep(db)).toMatchObject({ code: 0 });
        expect(await left(db)).toBe(0);
      }),
  );
});

describe("--json", () => {
  test.each([1, 2])(
    "lines of %i workers add up to the figures of their runs, and to the rows that are gone",
    (workers) =>
      withInstalled({ manifest: TWO }, async (db) => {
        await db.query(SESSIONS(12_000, 501));
        // Their drafts wait out their grace, and have waited long enough.
        await db.query("delete from session where substr(sid, 2)::integer <= 500");
        await db.query("update lastwill.released set due_at = now()");
        await expire(db, "sid <> 's501'");
        const ran = await sweep(db, "--json", "--workers", String(workers));
        expect(ran).toMatchObject({ code: 0, stderr: "" });
        const all = events(ran);
        const runs = all.filter(({ event }) => event === "run");
        const log = await db.query(LOG);
        expect(runs).toHaveLength(workers);
        for (const { worker, owners_ended, released_ended, batches } of runs) {
          expect(rowsOf(all, worker, "session")).toBe(owners_ended);
          expect(rowsOf(all, worker, "session.drafts")).toBe(released_ended);
          expect(log.find((each) => each["worker"] === worker)).toEqual({
            worker,
            owners_ended,
            released_ended,
            batches,
            closed: true,
          });
        }
        const sum = (of: (event: Event) => number) =>
          runs.reduce((total, each) => total + of(each), 0);
        expect(sum(({ owners_ended }) => owners_ended)).toBe(11_499);
        expect(sum(({ released_ended }) => released_ended)).toBe(500);
        expect([await left(db), await left(db, "drafts")]).toEqual([1, 1]);
      }),
  );
});

describe("--limit", () => {
  test.each([
    [3000, 1, 1001],
    [3000, 2, 1001],
    [500, 2, 101],
    [999, 2, 1500],
  ])(
    "of %i due rows, for which there are %i workers, ends no more than %i, and no less",
    (due, workers, limit) =>
      withInstalled({ manifest: TWO }, async (db) => {
        await db.query(SESSIONS(due));
        await expire(db);
        const ran = await sweep(db, "--limit", String(limit), "--workers", String(workers));
        expect(ran).toMatchObject({ code: 0, stdout: "" });
        expect(await left(db)).toBe(Math.max(0, due - limit));
        expect(await left(db, "drafts")).toBe(Math.max(0, due - limit));
      }),
  );

  test("is one for all owners together, expired and released rows alike", () =>
    withInstalled(TWO_OWNERS, async (db) => {
      const ran = await sweep(db, "--limit", "500", "--json");
      expect(ran.code).toBe(0);
      expect(Number(await left(db)) + Number(await left(db, "invite"))).toBe(100);
      expect(await sweep(db, "--limit", "100")).toMatchObject({ code: 0 });
      expect([await left(db), await left(db, "invite")]).toEqual([0, 0]);
    }));

  test("that is no number, or none at all, is the user's fault", () =>
    withInstalled({}, async (db) => {
      for (const limit of ["0", "-1", "many", "1.5"])
        expect(await sweep(db, "--limit", limit), limit).toMatchObject({ code: 2, stdout: "" });
      expect(await sweep(db, "--workers", "17")).toMatchObject({ code: 2, stdout: "" });
    }));
});

const TWO_OWNERS = {
  schema: `
    create table session (sid text primary key, expire timestamptz);
    create table invite (code text primary key, valid_until timestamptz);
    insert into session select n::text, now() from generate_series(1, 300) as n;
    insert into invite select n::text, now() from generate_series(1, 300) as n`,
  manifest: `
cron: none
owners:
  session: { table: session, expires: expire }
  invite: { table: invite, expires: valid_until }`,
};

describe("--owner", () => {
  test("sweeps that one, and no other", () =>
    withInstalled(TWO_OWNERS, async (db) => {
      const ran = await sweep(db, "--owner", "invite");
      expect(ran).toMatchObject({ code: 0, stdout: "" });
      expect(ran.stderr).toMatch(
        /^invite: 300 expired and 0 released rows ended in \d+\.\d\d s\n$/,
      );
      expect([await left(db), await left(db, "invite")]).toEqual([300, 0]);
    }));

  test("that is not there is the user's fault, and the command says which there are", () =>
    withInstalled(TWO_OWNERS, async (db) => {
      const ran = await sweep(db, "--owner", "sesion");
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain("there is no owner sesion");
      expect(ran.stderr).toContain("The owners are: ");
      expect(await left(db)).toBe(300);
    }));
});

describe("the exit code is 1", () => {
  test("when the sweep holds, until --accept says that all this is meant", () =>
    withInstalled(
      { manifest: SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 0.5") },
      async (db) => {
        await db.query(SESSIONS(1500));
        await expire(db);
        for (const workers of ["1", "2"]) {
          const held = await sweep(db, "--workers", workers);
          expect(held).toMatchObject({ code: 1, stdout: "" });
          expect(held.stderr).toContain(
            'lastwill: the sweep of "session" holds: about 1500 of 1500 rows are due at once',
          );
          expect(held.stderr).toContain("select lastwill.resume('session');");
          expect(await left(db)).toBe(1500);
        }
        expect(await sweep(db, "--accept")).toMatchObject({ code: 0 });
        expect(await left(db)).toBe(0);
      },
    ));

  test("when a batch failed, and the command says with which SQLSTATE, and where to look: the message may hold a key", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(300));
      await db.query(`
        create function refuse() returns trigger language plpgsql as $$
        begin
          raise exception 'the archive is closed' using errcode = 'P0815';
        end $$;
        create trigger refuse before delete on session for each row when (old.sid = 's7') execute function refuse()`);
      await expire(db);
      const ran = await sweep(db, "--json");
      expect(ran).toMatchObject({ code: 1, stderr: "" });
      expect(events(ran).filter(({ event }) => event === "run")).toMatchObject([
        { owners_ended: 299, last_error: "P0815" },
      ]);
      const batches = events(ran).filter(({ step }) => step === "session");
      expect(batches.reduce((sum, { rows }) => sum + Number(rows), 0)).toBe(300);
      expect(await column(db, "select sid from session")).toEqual(["s7"]);

      await db.query("update lastwill.quarantine set next_try = now()");
      const again = await sweep(db);
      expect(again.code).toBe(1);
      expect(again.stderr).toContain("a batch failed (P0815), see lastwill.quarantine");
      // What is put aside is passed by, and no news.
      expect(await sweep(db)).toMatchObject({ code: 0 });
    }));
});

/** A terminal, by util-linux' script; elsewhere it takes other options. */
const SCRIPT = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

describe("the bar", () => {
  const onTerminal = (db: Installed, ...args: string[]) =>
    run("script", ["-qec", ["node", built.cli, "sweep", ...args].join(" "), "/dev/null"], {
      env: { DATABASE_URL: db.url },
    });

  test.skipIf(!SCRIPT)("is painted on a terminal, wiped in the end, and not with --json", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(2000));
      await expire(db, "substr(sid, 2)::integer <= 1500");
      const bar = await onTerminal(db);
      expect(bar.code).toBe(0);
      expect(bar.stdout).toContain("\r\u001b[Ksession  ░░░░░░░░░░░░░░░░░░░░  0 %  0 of 1,500");
      expect(bar.stdout).toContain("session  ████████████████████  100 %  1,500 of 1,500");
      expect(bar.stdout).toContain("\r\u001b[Ksession: 1500 expired and 0 released rows ended");

      await expire(db);
      const json = await onTerminal(db, "--json");
      expect(json.code).toBe(0);
      expect(json.stdout).not.toContain("\u001b");
      expect(json.stdout).not.toContain("░");
    }),
  );

  test("is not painted where nobody watches", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(100));
      await expire(db);
      const ran = await sweep(db);
      expect(ran).toMatchObject({ code: 0, stdout: "" });
      expect(ran.stderr).toMatch(/^session: 100 expired and 0 released rows ended in [\d.]+ s\n$/);
    }));
});
