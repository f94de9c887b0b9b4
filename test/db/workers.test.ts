import { describe, expect, test } from "vitest";
import {
  column,
  drafts,
  expire,
  SHOP_MANIFEST,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

const TWO = SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 1, workers: 2");

/** 3,000 sessions over several windows, each with a cart; every ten of them share a draft. */
const SESSIONS = `
  insert into drafts (id) select generate_series(1, 300);
  insert into session
  select
    's' || n,
    json_build_object('draftId', n % 300 + 1, 'padding', repeat('x', 1400)),
    now() at time zone 'UTC' + interval '1 hour'
  from generate_series(1, 3000) as n;
  insert into carts (session_sid) select sid from session`;

const RUNS = `
  select worker, owners_ended::integer, last_error, ended_at is not null as closed
  from lastwill.sweep_run order by worker`;

describe("workers that share a backlog", () => {
  test("end every row once, each some of them, and all that they own", () =>
    withInstalled({ manifest: TWO }, async (db) => {
      await db.query(SESSIONS);
      await expire(db, "sid <> 's5'");
      const [one, two] = [await db.connect(), await db.connect()];
      await Promise.all([
        one.query("call lastwill.sweep()"),
        two.query("call lastwill.sweep(worker => 2)"),
      ]);
      expect(await column(db, "select sid from session")).toEqual(["s5"]);
      expect(await column(db, "select session_sid from carts")).toEqual(["s5"]);
      const runs = await db.query(RUNS);
      expect(runs).toMatchObject([
        { worker: 1, last_error: null, closed: true },
        { worker: 2, last_error: null, closed: true },
      ]);
      const ended = runs.map(({ owners_ended }) => Number(owners_ended));
      expect(ended.reduce((sum, rows) => sum + rows)).toBe(2_999);
      expect(Math.min(...ended)).toBeGreaterThan(0);
      // A draft that both let go of at the same moment may have been left to a later sweep.
      await settle(db);
      expect(await drafts(db)).toEqual([6]);
    }));

  test("do without each other: the second alone ends all of it", () =>
    withInstalled({ manifest: TWO }, async (db) => {
      await db.query(SESSIONS);
      await expire(db);
      await db.query("call lastwill.sweep(worker => 2)");
      expect(await db.query(RUNS)).toEqual([
        { worker: 2, owners_ended: 3_000, last_error: null, closed: true },
      ]);
      expect(await drafts(db)).toEqual([]);
    }));

  test("are not needed for a few rows, nor for an owner that has one worker", () =>
    withInstalled({ manifest: TWO }, async (db) => {
      await db.query(SESSIONS);
      await expire(db, "substr(sid, 2)::integer <= 999");
      await db.query("call lastwill.sweep(worker => 2)");
      await db.query("call lastwill.sweep('session', worker => 3)");
      expect(await db.query(RUNS)).toEqual([]);
      await db.query("call lastwill.sweep()");
      expect(await value(db, "select count(*)::integer from session")).toBe(2_001);
    }));

  test("have a job each", () =>
    withInstalled({ manifest: TWO.replace("cron: none\n", "") }, async (db) => {
      const [install] = db.generation.files.filter(({ name }) => name.includes("finish"));
      expect(install?.text).toContain("call lastwill.sweep()");
      expect(install?.text).toContain("call lastwill.sweep(worker => 2)");
    }));
});

describe("the time of a run", () => {
  const SLOW = `
    create function slow() returns trigger language plpgsql as
    'begin perform pg_sleep(0.002); return old; end';
    create trigger slow before delete on session for each row execute function slow()`;

  test("is kept to within a tenth, by a last batch that fits into what is left", () =>
    withInstalled({ manifest: TWO.replace("workers: 2", "budget: 4 seconds") }, async (db) => {
      await db.query(SESSIONS);
      await db.query(SLOW);
      await expire(db);
      await db.query("call lastwill.sweep()");
      const took = await value(
        db,
        "select extract(epoch from ended_at - started_at)::float8 from lastwill.sweep_run",
      );
      expect(took).toBeGreaterThan(3.6);
      expect(took).toBeLessThan(4.4);
    }));

  test("is shared between the steps: released rows do not wait for a backlog", () =>
    withInstalled({ manifest: TWO.replace("workers: 2", "budget: 1 second") }, async (db) => {
      await db.query(SESSIONS);
      await db.query("insert into drafts (id) select generate_series(1201, 1400)");
      await db.query(`
        insert into lastwill.released (edge, owned_key, owner_key, due_at)
        select 'session.drafts', n::text, 'gone', now() from generate_series(1201, 1400) as n`);
      await db.query(SLOW);
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await value(db, "select count(*)::integer from session")).toBeGreaterThan(0);
      expect(await value(db, "select count(*)::integer from drafts where id > 1200")).toBe(0);
    }));

  test("is not taken from the others by an owner whose sweep cannot begin", () =>
    withInstalled(
      {
        schema: `
          create table session (sid text primary key, expire timestamptz);
          create table invite (code text primary key, valid_until timestamptz);
          insert into session values ('s', now());
          insert into invite values ('i', now())`,
        manifest: `
cron: none
owners:
  session: { table: session, expires: expire }
  invite: { table: invite, expires: valid_until }`,
      },
      async (db) => {
        await db.query("alter table session rename column expire to expired");
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select code from invite")).toEqual([]);
        await db.query("alter table session rename column expired to expire");
        const other = await db.connect();
        await other.query("begin; lock table session in access exclusive mode");
        await db.query("insert into invite values ('j', now())");
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select code from invite")).toEqual([]);
        await other.query("commit");
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select sid from session")).toEqual([]);
      },
    ));

  test("is given to each owner in turn, also when every run is cut off", () =>
    withInstalled(
      {
        schema: `
          create table session (sid text primary key, expire timestamptz);
          create table invite (code text primary key, valid_until timestamptz);
          insert into session select n::text, now() from generate_series(1, 500) as n;
          insert into invite values ('i', now())`,
        manifest: `
cron: none
owners:
  session: { table: session, expires: expire }
  invite: { table: invite, expires: valid_until }`,
      },
      async (db) => {
        await db.query(SLOW.replace("0.002", "0.1"));
        const sweeper = await db.connect();
        await sweeper.query("set statement_timeout = '500ms'");
        await expect(sweeper.query("call lastwill.sweep()")).rejects.toMatchObject({
          code: "57014",
        });
        expect(await column(db, "select code from invite")).toEqual(["i"]);
        await expect(sweeper.query("call lastwill.sweep()")).rejects.toMatchObject({
          code: "57014",
        });
        expect(await column(db, "select code from invite")).toEqual([]);
      },
    ));
});
