import { describe, expect, test } from "vitest";
import type { Notice } from "../../src/database.ts";
import { readNotice } from "../../src/database.ts";
import { beginSweep, sweep, sweepBatches } from "../../src/sweep.ts";
import {
  drafts,
  expire,
  type Installed,
  SHOP_MANIFEST,
  value,
  withInstalled,
} from "../support/installed.ts";

const HALF = SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 0.5, workers: 2");

/** 2,400 sessions, each naming a draft. */
const SESSIONS = `
  insert into drafts (id) select generate_series(1, 2400);
  insert into session
  select 's' || n, json_build_object('draftId', n), now() at time zone 'UTC' + interval '1 hour'
  from generate_series(1, 2400) as n`;

const holding = (run: (db: Installed) => Promise<void>) =>
  withInstalled({ manifest: HALF }, async (db) => {
    await db.query(SESSIONS);
    await run(db);
  });

const live = (db: Installed) => value(db, "select count(*)::integer from session");
const held = (db: Installed) => value(db, "select held from lastwill.status");

describe("a sweep holds when far too much is due at once", () => {
  test("and ends nothing, for that owner, until it is resumed; then all of it, over several runs", () =>
    holding(async (db) => {
      await expire(db, "substr(sid, 2)::integer <= 1201");
      const sweeper = await db.connect();
      const notices: Notice[] = [];
      sweeper.on("notice", (notice) => notices.push(readNotice(notice)));
      await sweeper.query("call lastwill.sweep()");
      expect(await live(db)).toBe(2400);
      expect(await held(db)).toBe(true);
      expect(notices).toEqual([
        {
          severity: "WARNING",
          message:
            'lastwill: the sweep of "session" holds: about 1201 of 2400 rows are due at once',
          hint: "Is the clock right, and the time zone of its expiry? If so: select lastwill.resume('session');",
        },
      ]);
      expect(await db.query("select due, total, accepted_at from lastwill.hold")).toEqual([
        { due: "1201", total: "2400", accepted_at: null },
      ]);
      expect(await value(db, "select count(*)::integer from lastwill.sweep_run")).toBe(0);

      await db.query("select lastwill.resume('session')");
      expect(await held(db)).toBe(false);
      // A run that is cut short does not ask again.
      const run = await beginSweep(sweeper, "session", { maxRows: 100 });
      expect(run).toMatchObject({ owner: "session", due: 1201 });
      await db.query("call lastwill.sweep()");
      expect(await live(db)).toBe(1199);
      expect((await drafts(db)).length).toBe(1199);

      // What was accepted was that backlog, and not the next.
      await db.query("call lastwill.sweep()");
      expect(await value(db, "select count(*)::integer from lastwill.hold")).toBe(0);
      await db.query(
        SESSIONS.replace("generate_series(1, 2400);", "generate_series(2401, 2401);").replaceAll(
          "generate_series(1, 2400)",
          "generate_series(2401, 4000)",
        ),
      );
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await live(db)).toBe(1199 + 1600);
      expect(await held(db)).toBe(true);
    }));

  test("and not when it is exactly the share that is allowed, nor when less than 1,000 rows are due", () =>
    holding(async (db) => {
      await expire(db, "substr(sid, 2)::integer <= 1200");
      await db.query("call lastwill.sweep()");
      expect(await live(db)).toBe(1200);
      await db.query("delete from session where substr(sid, 2)::integer > 2199");
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await live(db)).toBe(0);
      expect(await held(db)).toBe(false);
    }));

  test("and goes on when it is told beforehand that all this is meant", () =>
    holding(async (db) => {
      await expire(db);
      await db.query("call lastwill.sweep(accept => true)");
      expect(await live(db)).toBe(0);
    }));

  test("and a further worker holds too", () =>
    holding(async (db) => {
      await expire(db);
      await db.query("call lastwill.sweep(worker => 2)");
      expect(await live(db)).toBe(2400);
      expect(await held(db)).toBe(true);
    }));

  test("and what waits out its grace waits too: the clock may be to blame", () =>
    holding(async (db) => {
      await db.query("delete from session where sid = 's2400'");
      await db.query("update lastwill.released set due_at = now()");
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect((await drafts(db)).length).toBe(2400);
      expect(await sweep(await db.connect(), "session")).toEqual([]);
    }));

  test("and what is in quarantine does not count, nor does accepting a few rows accept the rest", () =>
    holding(async (db) => {
      await expire(db, "substr(sid, 2)::integer <= 1300");
      await db.query(`
        insert into lastwill.quarantine (owner, edge, key, sqlstate, message, next_try)
        select 'session', 'session', 's' || n, 'x', 'x', now() + interval '1 hour'
        from generate_series(1, 301) as n`);
      await db.query("call lastwill.sweep()");
      expect(await live(db)).toBe(2400 - 999);

      await db.query("delete from lastwill.quarantine");
      await expire(db);
      const sweeper = await db.connect();
      const run = await beginSweep(sweeper, "session", { accept: true, maxRows: 10 });
      if (run === undefined) throw new Error("no run has begun");
      for await (const _ of sweepBatches(sweeper, run));
      expect(await live(db)).toBe(2400 - 999 - 10);
      await db.query("call lastwill.sweep()");
      expect(await live(db)).toBe(2400 - 999 - 10);
      expect(await held(db)).toBe(true);
    }));

  test("and the application goes on ending sessions", () =>
    holding(async (db) => {
      await expire(db);
      await db.query("call lastwill.sweep()");
      await db.query("delete from session where sid = 's1'");
      expect(await drafts(db)).not.toContain(1);
    }));
});
