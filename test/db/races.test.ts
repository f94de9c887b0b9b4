import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { describe, expect, test } from "vitest";
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

const NO_GRACE = SHOP_MANIFEST.replace("from: draftId", "from: draftId, grace: 0");

/** A shop with drafts 1 and 2, and sessions `a` and `b` that both name draft 1. */
async function shared(
  run: (db: Installed, one: pg.Client, two: pg.Client) => Promise<void>,
  manifest = SHOP_MANIFEST,
): Promise<void> {
  await withInstalled({ manifest }, async (db) => {
    await db.query("insert into drafts (id) values (1), (2)");
    await login(db, "a", { draftId: 1 });
    await login(db, "b", { draftId: 1 });
    await run(db, await db.connect(), await db.connect());
  });
}

/** Waits until a connection waits for a lock. */
async function blocked(db: Installed, client: pg.Client): Promise<void> {
  const pid = (client as unknown as { processID: number }).processID;
  for (let tries = 0; tries < 200; tries++) {
    const waits = await value(db, "select cardinality(pg_blocking_pids($1)) > 0", [pid]);
    if (waits) return;
    await sleep(10);
  }
  throw new Error("the connection waits for no lock");
}

describe("the two owners of a draft end at the same moment, in two connections:", () => {
  for (const level of ["read committed", "repeatable read", "serializable"]) {
    for (const expired of [true, false]) {
      test(`${expired ? "both expired" : "both without a grace"}, under ${level}`, () =>
        shared(async (db, one, two) => {
          if (expired) await expire(db);
          await one.query(`begin isolation level ${level}`);
          await two.query(`begin isolation level ${level}`);
          await two.query("select count(*) from session");
          await one.query("delete from session where sid = 'a'");
          await two.query("delete from session where sid = 'b'");
          await one.query("commit");
          await two.query("commit");
          await settle(db);
          expect(await drafts(db)).toEqual([2]);
          expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
        }, NO_GRACE));
    }
  }

  test("one by the sweep, one by the application", () =>
    shared(async (db, one) => {
      await expire(db);
      await one.query("begin; delete from session where sid = 'a'");
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from session order by sid")).toEqual(["a"]);
      await one.query("commit");
      await settle(db);
      expect(await drafts(db)).toEqual([2]);
    }));

  test("one of them not after all", () =>
    shared(async (db, one, two) => {
      await expire(db);
      await one.query("begin; delete from session where sid = 'a'");
      await two.query("begin; delete from session where sid = 'b'");
      await one.query("rollback");
      await two.query("commit");
      await db.query("update session set expire = expire + interval '1 day'");
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2]);
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([2]);
    }));
});

describe("a third connection names the draft again", () => {
  test("while the sweep looks at it, and keeps it", () =>
    shared(async (db, one) => {
      await db.query("delete from session; update lastwill.released set due_at = now()");
      await one.query("begin");
      await login(one, "c", { draftId: 1 });
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2]);
      await one.query("commit");
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2]);
      expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
    }));

  test("and rolls back, so the sweep ends it later", () =>
    shared(async (db, one) => {
      await db.query("delete from session; update lastwill.released set due_at = now()");
      await one.query("begin");
      await login(one, "c", { draftId: 1 });
      await db.query("call lastwill.sweep()");
      await one.query("rollback");
      await settle(db);
      expect(await drafts(db)).toEqual([2]);
    }));

  test("while it is being ended, waits, and finds it gone without an error", () =>
    shared(async (db, one, two) => {
      await expire(db);
      await one.query("begin; delete from session");
      const naming = login(two, "c", { draftId: 1 });
      await blocked(db, two);
      await one.query("commit");
      await naming;
      expect(await drafts(db)).toEqual([2]);
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([2]);
    }));

  test("while it is being ended, waits, and keeps it when that is rolled back", () =>
    shared(async (db, one, two) => {
      await expire(db);
      await one.query("begin; delete from session");
      const naming = login(two, "c", { draftId: 1 });
      await blocked(db, two);
      await one.query("rollback");
      await naming;
      await db.query("call lastwill.sweep()");
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2]);
    }));

  for (const level of ["repeatable read", "serializable"]) {
    test(`under ${level}, from a snapshot of before it was released`, () =>
      shared(async (db, one) => {
        await one.query(`begin isolation level ${level}`);
        await one.query("select count(*) from session");
        await db.query("delete from session");
        await login(one, "c", { draftId: 1 });
        await one.query("commit");
        await settle(db);
        expect(await drafts(db)).toEqual([1, 2]);
      }));

    test(`and the sweep's role has ${level} by default, so that it still sees it`, () =>
      shared(async (db, one) => {
        await db.query("delete from session");
        const role = `sweeper_${db.name}`;
        await db.query(`create role ${role} superuser`);
        await db.query(`alter role ${role} set default_transaction_isolation = '${level}'`);
        const sweeper = await db.connect();
        await sweeper.query(`set session authorization ${role}`);
        await sweeper.query(`set default_transaction_isolation = '${level}'`);
        await login(one, "c", { draftId: 2 });
        await expire(db, "sid = 'c'");
        await db.query("update lastwill.released set due_at = now()");
        await login(one, "d", { draftId: 2 });
        await sweeper.query("call lastwill.sweep()");
        expect(await drafts(db)).toEqual([2]);
        expect(await column(db, "select sid from session")).toEqual(["d"]);
        expect(await column(db, "select last_error from lastwill.sweep_run")).toEqual([null]);
      }));
  }
});

describe("a draft that somebody has locked", () => {
  test("is decided in a later run", () =>
    shared(async (db, one) => {
      await db.query("delete from session");
      await one.query("begin; update drafts set body = 'x' where id = 1");
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2]);
      expect(
        await value(
          db,
          "select due_at > now() + interval '30 seconds' from lastwill.released limit 1",
        ),
      ).toBe(true);
      await one.query("commit");
      await settle(db);
      expect(await drafts(db)).toEqual([2]);
    }));

  test("does not keep the owner from ending, nor the application waiting", () =>
    shared(async (db, one, two) => {
      await expire(db);
      await one.query("begin; select from drafts where id = 1 for update");
      await two.query("set lock_timeout = '1s'; delete from session");
      expect(await column(db, "select sid from session")).toEqual([]);
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2]);
      await one.query("commit");
      await settle(db);
      expect(await drafts(db)).toEqual([2]);
    }));
});

describe("a session that is being renewed while the sweep runs survives whole,", () => {
  const OWNED = `
    insert into carts (session_sid) values ('a');
    insert into cart_items (cart_id) select id from carts`;
  const whole = async (db: Installed) => ({
    sessions: await column(db, "select sid from session order by sid"),
    items: await value(
      db,
      "select count(*)::integer from carts join cart_items on cart_id = carts.id",
    ),
    drafts: await drafts(db),
  });
  const WHOLE = { sessions: ["a"], items: 1, drafts: [1, 2] };

  test("when the renewal commits after the sweep has passed", () =>
    shared(async (db, one) => {
      await db.query(OWNED);
      await expire(db);
      await one.query(
        "begin; update session set expire = now() + interval '1 hour' where sid = 'a'",
      );
      await db.query("call lastwill.sweep()");
      await one.query("commit");
      await db.query("call lastwill.sweep()");
      await settle(db);
      expect(await whole(db)).toEqual(WHOLE);
    }));

  test("when the renewal commits while the sweep is at work", () =>
    shared(async (db, one, two) => {
      await db.query(OWNED);
      await expire(db);
      // The sweep is kept at session b; a is renewed meanwhile.
      await db.query(`
        create function slow() returns trigger language plpgsql as $$
        begin
          perform pg_advisory_xact_lock(1);
          return old;
        end $$;
        create trigger slow before delete on session for each row when (old.sid = 'b') execute function slow()`);
      await one.query("select pg_advisory_lock(1)");
      await one.query(
        "begin; update session set expire = now() + interval '1 hour' where sid = 'a'",
      );
      const sweep = two
        .query("set deadlock_timeout = '5s'")
        .then(() => two.query("call lastwill.sweep()"));
      await blocked(db, two);
      await one.query("commit");
      await one.query("select pg_advisory_unlock(1)");
      await sweep;
      await db.query("delete from lastwill.quarantine");
      await settle(db);
      expect(await whole(db)).toEqual(WHOLE);
    }));

  test("when it is renewed just after the sweep chose it, and before it had its lock", () =>
    shared(async (db, one, two) => {
      await db.query(OWNED);
      await expire(db);
      const renew = one.query(
        "update session set expire = now() + interval '1 hour' where sid = 'a'",
      );
      const sweep = two.query("call lastwill.sweep()");
      await Promise.all([renew, sweep]);
      await settle(db);
      const sessions = await column(db, "select sid from session");
      expect(await whole(db)).toEqual(
        sessions.length > 0 ? WHOLE : { sessions: [], items: 0, drafts: [2] },
      );
    }));
});

describe("a sweep that meets a lock", () => {
  test("does not wait a second for it, ends the others, and tries again later", () =>
    withInstalled({}, async (db) => {
      const one = await db.connect();
      for (let n = 0; n < 20; n++) await login(db, `s${n}`);
      await db.query("insert into carts (session_sid) values ('s7')");
      await expire(db);
      await one.query("begin; select from carts for update");
      const watcher = await db.connect();
      let longest = 0;
      let sweeping = true;
      const watch = (async () => {
        while (sweeping) {
          const { rows } = await watcher.query(`
            select coalesce(max(extract(epoch from clock_timestamp() - waitstart)), 0)::float8 as wait
            from pg_locks
            join pg_stat_activity using (pid)
            where not granted
              and datname = current_database()`);
          longest = Math.max(longest, rows[0].wait);
          await sleep(20);
        }
      })();
      await db.query("call lastwill.sweep()");
      sweeping = false;
      await watch;
      expect(longest).toBeGreaterThan(0);
      expect(longest).toBeLessThan(1);
      expect(await column(db, "select sid from session")).toEqual(["s7"]);
      expect(await column(db, "select sqlstate from lastwill.quarantine")).toEqual(["55P03"]);
      await one.query("commit");
      await db.query("update lastwill.quarantine set next_try = now()");
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from session")).toEqual([]);
      expect(await column(db, "select id from carts")).toEqual([]);
      expect(await column(db, "select key from lastwill.quarantine")).toEqual([]);
    }));

  test("loses the deadlock that it was part of, and the application goes on", () =>
    withInstalled({}, async (db) => {
      const one = await db.connect();
      await login(db, "s");
      await db.query("insert into carts (session_sid) values ('s')");
      await expire(db);
      await one.query("begin; select from carts for update");
      const sweep = (await db.connect()).query("call lastwill.sweep()");
      await sleep(50);
      await one.query("update session set expire = now() + interval '1 hour'");
      await one.query("commit");
      await sweep;
      expect(await column(db, "select sid from session")).toEqual(["s"]);
      expect(await column(db, "select session_sid from carts")).toEqual(["s"]);
    }));
});
