import { describe, expect, test } from "vitest";
import { beginSweep, endSweep, type SweepBatch, sweepBatches } from "../../src/sweep.ts";
import {
  column,
  drafts,
  expire,
  type Installed,
  login,
  SHOP_MANIFEST,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

/** Sessions s1 to sN, each with a cart and an item, and naming draft N. */
const SESSIONS = (count: number) => `
  insert into drafts (id) select generate_series(1, ${count});
  insert into session
  select 's' || n, json_build_object('draftId', n), now() at time zone 'UTC' + interval '1 hour'
  from generate_series(1, ${count}) as n;
  insert into carts (session_sid) select sid from session;
  insert into cart_items (cart_id) select id from carts`;

const COUNTS = `
  select (select count(*)::integer from session) as sessions,
         (select count(*)::integer from carts) as carts,
         (select count(*)::integer from cart_items) as items,
         (select count(*)::integer from drafts) as drafts`;

const raiseOn = (table: string, condition: string) => `
  create function refuse() returns trigger language plpgsql as $$
  begin
    raise exception 'the archive is closed' using errcode = 'P0815';
  end $$;
  create trigger refuse before delete on ${table} for each row when (${condition}) execute function refuse()`;

describe("the sweep", () => {
  test("ends what has expired with all it owns, and its log says exactly how much", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(3000));
      await expire(db, "substr(sid, 2)::integer <= 2500");
      await db.query("delete from session where sid in ('s2998', 's2999')");
      await db.query("call lastwill.sweep()");
      await settle(db);
      expect(await db.query(COUNTS)).toEqual([
        { sessions: 498, carts: 498, items: 498, drafts: 498 },
      ]);
      expect(
        await db.query(`
          select owner, owners_ended::integer, released_ended::integer, batches > 0 as worked, last_error,
                 ended_at >= started_at as closed
          from lastwill.sweep_run order by id`),
      ).toEqual([
        {
          owner: "session",
          owners_ended: 2500,
          released_ended: 0,
          worked: true,
          last_error: null,
          closed: true,
        },
        {
          owner: "session",
          owners_ended: 0,
          released_ended: 2,
          worked: true,
          last_error: null,
          closed: true,
        },
      ]);
    }));

  test("with nothing to do does nothing", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(10));
      await db.query("call lastwill.sweep()");
      expect(await db.query(COUNTS)).toEqual([{ sessions: 10, carts: 10, items: 10, drafts: 10 }]);
      expect(
        await db.query("select batches, owners_ended::integer from lastwill.sweep_run"),
      ).toEqual([{ batches: 0, owners_ended: 0 }]);
    }));

  test("keeps what it has ended when it is cut off, and the next one goes on", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(1500));
      await expire(db);
      const last = await value(db, "select sid from session order by ctid desc limit 1");
      await db.query(`
        create function slow() returns trigger language plpgsql as
        'begin perform pg_sleep(30); return old; end';
        create trigger slow before delete on session for each row when (old.sid = '${last}') execute function slow()`);
      const sweeper = await db.connect();
      const cut = expect(sweeper.query("call lastwill.sweep()")).rejects.toMatchObject({
        code: "57014",
      });
      const pid = (sweeper as unknown as { processID: number }).processID;
      while (
        !(await value(db, "select wait_event = 'PgSleep' from pg_stat_activity where pid = $1", [
          pid,
        ]))
      );
      await db.query("select pg_cancel_backend($1)", [pid]);
      await cut;
      const left = Number(await value(db, "select count(*) from session"));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(1500);
      expect(await db.query(COUNTS)).toEqual([
        { sessions: left, carts: left, items: left, drafts: left },
      ]);
      expect(
        await db.query("select owners_ended::integer, ended_at from lastwill.sweep_run"),
      ).toEqual([{ owners_ended: 1500 - left, ended_at: null }]);
      await db.query("drop trigger slow on session");
      await db.query("call lastwill.sweep()");
      expect(await db.query(COUNTS)).toEqual([{ sessions: 0, carts: 0, items: 0, drafts: 0 }]);
    }));

  test("keeps to its time", () =>
    withInstalled(
      { manifest: SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 1, budget: 1 second") },
      async (db) => {
        await db.query(SESSIONS(4000));
        await db.query(`
          create function slow() returns trigger language plpgsql as
          'begin perform pg_sleep(0.001); return old; end';
          create trigger slow before delete on session for each row execute function slow()`);
        await expire(db);
        const start = performance.now();
        await db.query("call lastwill.sweep()");
        const seconds = (performance.now() - start) / 1000;
        expect(seconds).toBeLessThan(2.5);
        const left = await value(db, "select count(*)::integer from session");
        expect(left).toBeLessThan(4000);
        expect(left).toBeGreaterThan(0);
        expect(await value(db, "select count(*)::integer from drafts")).toBe(left);
        expect(await value(db, "select ended_at is not null from lastwill.sweep_run")).toBe(true);
      },
    ));

  test("ends each batch before anybody who waits for it could be made to lose a deadlock", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(2500));
      await db.query(`
        create function slow() returns trigger language plpgsql as
        'begin perform pg_sleep(0.001); return old; end';
        create trigger slow before delete on session for each row execute function slow()`);
      await expire(db);
      const sweeper = await db.connect();
      const pid = (sweeper as unknown as { processID: number }).processID;
      let done = false;
      const sweep = sweeper.query("call lastwill.sweep()").finally(() => {
        done = true;
      });
      let longest = 0;
      while (!done) {
        const lasts = await value(
          db,
          `select extract(epoch from clock_timestamp() - xact_start)::float8
           from pg_stat_activity where pid = $1 and state = 'active'`,
          [pid],
        );
        longest = Math.max(longest, Number(lasts ?? 0));
        await new Promise((wake) => setTimeout(wake, 20));
      }
      await sweep;
      expect(longest).toBeGreaterThan(0);
      // deadlock_timeout is a second.
      expect(longest).toBeLessThan(0.9);
      expect(await column(db, "select sid from session")).toEqual([]);
    }));

  test("inside a transaction is an error, and changes nothing", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(3));
      await expire(db);
      await db.query("begin");
      await expect(db.query("call lastwill.sweep()")).rejects.toMatchObject({ code: "2D000" });
      await db.query("rollback");
      expect(await db.query(COUNTS)).toEqual([{ sessions: 3, carts: 3, items: 3, drafts: 3 }]);
      expect(await column(db, "select id from lastwill.sweep_run")).toEqual([]);
    }));

  test("trims its own log", () =>
    withInstalled(
      { manifest: SHOP_MANIFEST.replace("hold_over: 1", "log_days: 2") },
      async (db) => {
        await db.query("call lastwill.sweep(); ");
        await db.query(`
          insert into lastwill.sweep_run (owner, started_at)
          values ('session', now() - interval '3 days'), ('session', now() - interval '1 day'),
                 ('another', now() - interval '3 days')`);
        await db.query("call lastwill.sweep()");
        expect(
          await column(
            db,
            "select owner || ' ' || (now()::date - started_at::date) from lastwill.sweep_run order by 1",
          ),
        ).toEqual(["another 3", "session 0", "session 0", "session 1"]);
      },
    ));

  test("of an owner that is not there says so, and which there are", () =>
    withInstalled({}, async (db) => {
      for (const call of [
        "call lastwill.sweep('sesion')",
        "select lastwill.pause('sesion', '1 hour')",
        "select lastwill.resume('sesion')",
      ]) {
        await expect(db.query(call), call).rejects.toMatchObject({
          code: "LW001",
          message: "there is no owner sesion",
          hint: "The owners are: session.",
        });
      }
    }));

  test("of one owner leaves the others alone", () =>
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
        await db.query("call lastwill.sweep('invite')");
        expect(await column(db, "select sid from session")).toEqual(["s"]);
        expect(await column(db, "select code from invite")).toEqual([]);
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select sid from session")).toEqual([]);
      },
    ));
});

describe("a pause", () => {
  const paused = (db: Installed) => value(db, "select paused_until > now() from lastwill.status");

  test("has to last some time", () =>
    withInstalled({}, async (db) => {
      for (const duration of ["null", "'0'", "'-1 hour'"]) {
        const pausing = db.query(`select lastwill.pause('session', ${duration})`);
        await expect(pausing, duration).rejects.toMatchObject({ code: "22023" });
      }
    }));

  test("keeps the sweep off until it is over, or resumed", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(2));
      await db.query("delete from session where sid = 's1'");
      await expire(db);
      await db.query("select lastwill.pause('session', '1 hour')");
      expect(await paused(db)).toBe(true);
      await settle(db);
      expect(await db.query(COUNTS)).toEqual([{ sessions: 1, carts: 1, items: 1, drafts: 2 }]);
      await db.query("select lastwill.resume('session')");
      expect(await paused(db)).toBeNull();
      await settle(db);
      expect(await db.query(COUNTS)).toEqual([{ sessions: 0, carts: 0, items: 0, drafts: 0 }]);
    }));

  test("ends a run that is going on, after its batch", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(2000));
      await expire(db);
      const sweeper = await db.connect();
      const run = await beginSweep(sweeper, "session", {});
      if (run === undefined) throw new Error("no run has begun");
      const batches: SweepBatch[] = [];
      for await (const batch of sweepBatches(sweeper, run)) {
        batches.push(batch);
        await db.query("select lastwill.pause('session', '1 hour')");
      }
      expect(batches).toMatchObject([{ step: "session", rows: 250 }]);
      expect(await endSweep(sweeper, run)).toMatchObject({ batches: 1, owners_ended: 250 });
    }));

  test("ends by itself", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(1));
      await expire(db);
      await db.query("select lastwill.pause('session', '1 hour')");
      await db.query("update lastwill.paused set until = now()");
      expect(await paused(db)).toBeNull();
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from session")).toEqual([]);
      expect(await column(db, "select owner from lastwill.paused")).toEqual([]);
    }));

  test("does not keep the application from ending sessions", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(1));
      await expire(db);
      await db.query("select lastwill.pause('session', '1 hour')");
      await db.query("delete from session");
      expect(await db.query(COUNTS)).toEqual([{ sessions: 0, carts: 0, items: 0, drafts: 0 }]);
    }));
});

describe("a row that cannot be ended stops nobody else", () => {
  const quarantine = (db: Installed) =>
    db.query("select owner, edge, key, sqlstate, tries from lastwill.quarantine order by key");

  test("when a trigger of theirs raises for a session", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(300));
      await db.query(raiseOn("session", "old.sid in ('s7', 's250')"));
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from session order by sid")).toEqual(["s250", "s7"]);
      expect(await db.query(COUNTS)).toEqual([{ sessions: 2, carts: 2, items: 2, drafts: 2 }]);
      const row = { owner: "session", edge: "session", sqlstate: "P0815", tries: 1 };
      expect(await quarantine(db)).toEqual([
        { ...row, key: "s250" },
        { ...row, key: "s7" },
      ]);
      expect(await column(db, "select distinct message from lastwill.quarantine")).toEqual([
        "the archive is closed",
      ]);
      expect(await value(db, "select quarantined::integer from lastwill.status")).toBe(2);
      expect(await value(db, "select last_error from lastwill.sweep_run")).toBe(
        "P0815: the archive is closed",
      );
      expect(await value(db, "select owners_ended::integer from lastwill.sweep_run")).toBe(298);

      // It is passed by until its time, and waits longer each time.
      await db.query("call lastwill.sweep()");
      expect((await quarantine(db))[0]).toMatchObject({ tries: 1 });
      const waits: unknown[] = [];
      for (let tries = 2; tries <= 4; tries++) {
        await db.query("update lastwill.quarantine set next_try = now()");
        await db.query("call lastwill.sweep()");
        expect((await quarantine(db))[0]).toMatchObject({ tries });
        waits.push(
          await value(
            db,
            "select round(extract(epoch from min(next_try) - now()) / 60)::integer from lastwill.quarantine",
          ),
        );
      }
      expect(waits).toEqual([2, 4, 8]);

      await db.query("drop trigger refuse on session");
      await db.query("update lastwill.quarantine set next_try = now()");
      await db.query("call lastwill.sweep()");
      expect(await db.query(COUNTS)).toEqual([{ sessions: 0, carts: 0, items: 0, drafts: 0 }]);
      expect(await quarantine(db)).toEqual([]);
    }));

  test("when a trigger of theirs raises for a draft: the sessions end, the draft waits", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(50));
      await db.query(raiseOn("drafts", "old.id = 9"));
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from session")).toEqual([]);
      expect(await drafts(db)).toEqual([9]);
      expect(await quarantine(db)).toEqual([
        { owner: "session", edge: "session.drafts", key: "9", sqlstate: "P0815", tries: 1 },
      ]);
      await db.query("drop trigger refuse on drafts");
      await settle(db);
      expect(await drafts(db)).toEqual([]);
      expect(await quarantine(db)).toEqual([]);
    }));

  test("when a foreign key that restricts came later", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(20));
      await db.query(`
        create table invoices (cart_id bigint references carts, draft_id bigint references drafts);
        insert into invoices (cart_id) select id from carts where session_sid = 's3';
        insert into invoices (draft_id) values (4)`);
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from session")).toEqual(["s3"]);
      expect(await drafts(db)).toEqual([3, 4]);
      expect(await quarantine(db)).toEqual([
        { owner: "session", edge: "session.drafts", key: "4", sqlstate: "23503", tries: 1 },
        { owner: "session", edge: "session", key: "s3", sqlstate: "23503", tries: 1 },
      ]);
      await db.query("delete from invoices");
      await db.query("update lastwill.quarantine set next_try = now()");
      await settle(db);
      expect(await db.query(COUNTS)).toEqual([{ sessions: 0, carts: 0, items: 0, drafts: 0 }]);
      expect(await quarantine(db)).toEqual([]);
    }));

  test("when a deferred trigger of theirs looks for its own table", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(2));
      await db.query(`
        create table audit (draft bigint);
        create function note() returns trigger language plpgsql as
        'begin insert into audit values (old.id); return null; end';
        create constraint trigger note after delete on drafts deferrable initially deferred
          for each row execute function note()`);
      await db.query("update session set sess = '{}' where sid = 's1'");
      await expire(db, "sid = 's2'");
      await settle(db);
      expect(await quarantine(db)).toEqual([]);
      expect(await column(db, "select draft::integer from audit order by 1")).toEqual([1, 2]);
    }));

  test("nor the application that deletes an expired session", () =>
    withInstalled({}, async (db) => {
      await db.query(SESSIONS(2));
      await db.query(raiseOn("drafts", "old.id = 1"));
      await expire(db);
      await db.query("delete from session");
      expect(await column(db, "select sid from session")).toEqual([]);
      await settle(db);
      expect(await drafts(db)).toEqual([1]);
    }));

  test("when a trigger of theirs silently keeps the row: the sweep does not go round in circles", () =>
    withInstalled(
      { manifest: SHOP_MANIFEST.replace("hold_over: 1", "budget: 4 seconds") },
      async (db) => {
        await db.query(SESSIONS(10));
        await db.query(`
          create function keep() returns trigger language plpgsql as 'begin return null; end';
          create trigger keep before delete on session for each row when (old.sid = 's5') execute function keep();
          create trigger keep before delete on drafts for each row when (old.id = 6) execute function keep()`);
        await expire(db);
        const start = performance.now();
        await db.query("call lastwill.sweep()");
        expect(performance.now() - start).toBeLessThan(2_000);
        expect(await column(db, "select sid from session")).toEqual(["s5"]);
        expect(await drafts(db)).toEqual([5, 6]);
        expect(await value(db, "select owners_ended::integer from lastwill.sweep_run")).toBe(9);
      },
    ));

  test("unless it is the application's own delete that meets it: that is theirs to know", () =>
    withInstalled({}, async (db) => {
      await login(db, "s");
      await db.query(raiseOn("session", "old.sid = 's'"));
      await expect(db.query("delete from session")).rejects.toMatchObject({ code: "P0815" });
    }));
});
