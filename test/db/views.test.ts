import { describe, expect, test } from "vitest";
import { column, expire, login, value, withInstalled } from "../support/installed.ts";
import { psql, testPsql } from "../support/psql.ts";

const COLUMNS = `
  select attname::text from pg_attribute
  where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum`;

describe("lastwill.owned", () => {
  test("has a row for each owned row, at any depth, with keys as text", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (7)");
      await login(db, "a", { draftId: 7 });
      await login(db, "b");
      await db.query(`
        insert into carts (session_sid) values ('a'), ('b'), (null);
        insert into cart_items (cart_id) values (1), (1), (3)`);
      const row = { owner: "session", owner_key: "a", policy: "cascade", future: true };
      expect(
        await db.query(`
          select owner, owner_key, edge, owned, owned_key, depth, policy, expires_at > now() as future
          from lastwill.owned where owner_key = 'a' order by edge, owned_key`),
      ).toEqual([
        { ...row, edge: "session.cart_items", owned: "cart_items", owned_key: "1", depth: 2 },
        { ...row, edge: "session.cart_items", owned: "cart_items", owned_key: "2", depth: 2 },
        { ...row, edge: "session.carts", owned: "carts", owned_key: "1", depth: 1 },
        { ...row, edge: "session.drafts", owned: "drafts", owned_key: "7", depth: 1 },
      ]);
      expect(await value(db, "select count(*)::integer from lastwill.owned")).toBe(5);
    }));

  test("does not show a draft that is named and not there", () =>
    withInstalled({}, async (db) => {
      await login(db, "a", { draftId: 7 });
      expect(await column(db, "select owned_key from lastwill.owned")).toEqual([]);
    }));

  test("finds one session's rows by the indexes, however many sessions there are", () =>
    withInstalled({}, async (db) => {
      await db.query(`
        insert into drafts (id) select generate_series(1, 20000);
        insert into session
        select 's' || n, json_build_object('draftId', n), 'infinity' from generate_series(1, 20000) as n;
        insert into carts (session_sid) select sid from session;
        insert into cart_items (cart_id) select id from carts;
        analyze`);
      const plan = await column(db, "explain select * from lastwill.owned where owner_key = 's77'");
      const scans = plan.map(String).filter((line) => line.includes("Seq Scan"));
      expect(scans.filter((line) => !line.includes("uploads"))).toEqual([]);
      const start = performance.now();
      expect(
        await column(db, "select owned_key from lastwill.owned where owner_key = 's77'"),
      ).toHaveLength(3);
      expect(performance.now() - start).toBeLessThan(500);
    }));

  test("has these columns, and no other", () =>
    withInstalled({}, async (db) => {
      expect((await column(db, COLUMNS, ["lastwill.owned"])).join(", ")).toBe(
        "owner, owner_key, edge, owned, owned_key, depth, policy, expires_at",
      );
    }));
});

test("lastwill.released begins with the columns that people read", () =>
  withInstalled({}, async (db) => {
    const names = await column(db, COLUMNS, ["lastwill.released"]);
    expect(names.slice(0, 5)).toEqual(["edge", "owned_key", "owner_key", "released_at", "due_at"]);
  }));

describe("lastwill.status", () => {
  test("has these columns, and no other", () =>
    withInstalled({}, async (db) => {
      expect((await column(db, COLUMNS, ["lastwill.status"])).join(", ")).toBe(
        "owner, live, expired, oldest_due, lag, released, undecodable, quarantined, held, " +
          "paused_until, last_run_at, last_run_rows, job",
      );
    }));

  test("says how each owner stands", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      for (const [index, sid] of ["a", "b", "c", "d"].entries())
        await login(db, sid, { draftId: index });
      await db.query("delete from session where sid = 'b'");
      await expire(db, "sid in ('c', 'd')");
      expect(
        await db.query(`
          select owner, live::integer, expired::integer, lag > '59 minutes' as late,
                 oldest_due < now() as due, released::integer, last_run_at, last_run_rows, held
          from lastwill.status`),
      ).toEqual([
        {
          owner: "session",
          live: 1,
          expired: 2,
          late: true,
          due: true,
          released: 1,
          last_run_at: null,
          last_run_rows: null,
          held: false,
        },
      ]);
      await db.query("call lastwill.sweep()");
      expect(
        await db.query(`
          select live::integer, expired::integer, lag = '0' as on_time, oldest_due,
                 last_run_at > now() - interval '1 minute' as ran, last_run_rows::integer
          from lastwill.status`),
      ).toEqual([
        { live: 1, expired: 0, on_time: true, oldest_due: null, ran: true, last_run_rows: 2 },
      ]);
    }));
});

test("lastwill.orphan shows drafts that nobody names and that wait for nothing", () =>
  withInstalled({}, async (db) => {
    await db.query("insert into drafts (id) values (1), (2), (3)");
    await login(db, "a", { draftId: 1 });
    await login(db, "b", { draftId: 2 });
    await db.query("delete from session where sid = 'b'");
    expect(await db.query("select edge, owned, owned_key from lastwill.orphan")).toEqual([
      { edge: "session.drafts", owned: "drafts", owned_key: "3" },
    ]);
  }));

describe("psql's descriptions say what a thing is for:", () => {
  testPsql("\\d+ of the views and tables, each column that is not plain", () =>
    withInstalled({}, async (db) => {
      expect(await psql(db.url, "\\d+ lastwill.owned")).toContain(
        "as text. A session key is a secret",
      );
      expect(await psql(db.url, "\\d+ lastwill.status")).toContain(
        "Owner rows whose data cannot be read",
      );
      expect(await psql(db.url, "\\d+ lastwill.released")).toContain(
        "unless an owner names it again",
      );
      expect(await psql(db.url, "\\dv+ lastwill.*")).toContain(
        "Who owns what: a row for each owned row",
      );
      expect(await psql(db.url, "\\dn+ lastwill")).toContain(
        "temporary rows end with their owners",
      );
    }),
  );

  testPsql("\\df+ of every function", () =>
    withInstalled({}, async (db) => {
      expect(await psql(db.url, "\\df+ lastwill.sweep")).toContain("call lastwill.sweep();");
      expect(
        await column(
          db,
          `select oid::regprocedure::text from pg_proc
           where pronamespace = 'lastwill'::regnamespace
             and obj_description(oid, 'pg_proc') !~ ' \\[lastwill [0-9a-f]{12}\\]$' is not false`,
        ),
      ).toEqual([]);
    }),
  );

  test("every trigger, foreign key and index of ours on their tables", () =>
    withInstalled({}, async (db) => {
      const described = await column(
        db,
        `select tgname::text from pg_trigger
         where obj_description(oid, 'pg_trigger') ~ '\\[lastwill ' and tgrelid <> 'lastwill.outbox'::regclass
         union all
         select conname from pg_constraint where obj_description(oid, 'pg_constraint') ~ '\\[lastwill '
         union all
         select relname from pg_class where relkind = 'i' and obj_description(oid, 'pg_class') ~ '\\[lastwill '
         order by 1`,
      );
      const ours = await column(
        db,
        `select tgname::text from pg_trigger where tgname like 'lastwill%'
         union all
         select conname from pg_constraint where contype = 'f' and conname like 'lastwill%'
         union all
         select relname from pg_class where relkind = 'i' and relname like 'lastwill%idx'
         order by 1`,
      );
      expect(ours).toHaveLength(9);
      expect(described).toEqual(ours);
    }));
});
