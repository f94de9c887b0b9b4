import { describe, expect, test } from "vitest";
import { column, SHOP_SCHEMA, settle, value } from "../support/installed.ts";
import {
  failureOf,
  ofSessions,
  SHOP_WITHOUT_KEYS,
  type Unfinished,
  withUnfinished,
} from "../support/unfinished.ts";

const CART = "table: carts, by: session_sid, orphans";
const ROWS = `
  insert into session values ('here', '{}', 'infinity');
  insert into carts (session_sid, note)
  values ('here', ''), ('gone', ''), (null, ''), ('gone', 'paid'), ('lost', '');`;

const carts = (db: Unfinished) => column(db, "select id::integer from carts order by id");
const sids = (db: Unfinished) => column(db, "select session_sid from carts order by id");
const validated = (db: Unfinished) =>
  value(db, "select bool_and(convalidated) from pg_constraint where conname like 'lastwill%fkey'");

interface Shop {
  readonly edges: readonly string[];
  readonly schema?: string;
  readonly before?: string;
}

/** Runs the last migration, in which orphans end, and then a test. */
const finished = (
  { edges, schema = SHOP_WITHOUT_KEYS, before = ROWS }: Shop,
  run: (db: Unfinished) => Promise<void>,
) =>
  withUnfinished({ manifest: ofSessions(...edges), schema, before }, async (db) => {
    await db.finish();
    expect(await validated(db)).toBe(true);
    await run(db);
  });

describe("delete", () => {
  test("ends the rows that name nobody, with what hangs on them, and no others", () =>
    finished(
      {
        edges: [`{ ${CART}: delete, owns: [{ table: cart_items, by: cart_id, orphans: delete }] }`],
        before: `${ROWS}
          insert into cart_items (cart_id) select id from carts;
          insert into cart_items (cart_id) values (99), (null)`,
      },
      async (db) => {
        expect(await carts(db)).toEqual([1, 3]);
        expect(await column(db, "select cart_id::integer from cart_items order by id")).toEqual([
          1,
          3,
          null,
        ]);
      },
    ));

  test("ends thousands of them, on as many pages as they stand", () =>
    finished(
      {
        edges: [`{ ${CART}: delete }`],
        before: `
          insert into session select 's' || n, '{}', 'infinity' from generate_series(1, 1000) as n;
          insert into carts (session_sid, note)
          select 's' || n % 5000, repeat('x', 400) from generate_series(1, 50000) as n`,
      },
      async (db) => {
        expect(await value(db, "select count(*)::integer from carts")).toBe(10_000);
        expect(
          await value(db, "select count(*)::integer from carts join session on sid = session_sid"),
        ).toBe(10_000);
      },
    ));

  test("has them archived where the edge says so", () =>
    finished({ edges: [`{ ${CART}: delete, on_delete: { archive: old_carts } }`] }, async (db) => {
      expect(await carts(db)).toEqual([1, 3]);
      expect(await column(db, "select id::integer from old_carts order by id")).toEqual([2, 4, 5]);
    }));

  test("keeps what keep_when keeps, and leaves the rest to the sweep", () =>
    finished({ edges: [`{ ${CART}: delete, keep_when: note = 'paid' }`] }, async (db) => {
      expect(await sids(db)).toEqual(["here", null, null, null, null]);
      await db.query("call lastwill.sweep()");
      expect(await carts(db)).toEqual([1, 3, 4]);
    }));

  test("has them wait out a grace, in which they can be adopted", () =>
    finished({ edges: [`{ ${CART}: delete, grace: 1 hour }`] }, async (db) => {
      await db.query("call lastwill.sweep()");
      expect(await carts(db)).toEqual([1, 2, 3, 4, 5]);
      await db.query("select lastwill.adopt_session('lost', 'here')");
      await settle(db);
      expect(await carts(db)).toEqual([1, 3, 5]);
    }));

  test("leaves a row to its other owner", () =>
    finished(
      {
        edges: [
          `{ ${CART}: delete, name: first }`,
          "{ table: carts, by: second_sid, orphans: delete, name: second }",
        ],
        schema: `${SHOP_WITHOUT_KEYS} alter table carts add second_sid varchar;`,
        before: `
          insert into session values ('here', '{}', 'infinity');
          insert into carts (session_sid, second_sid)
          values ('here', 'gone'), ('gone', 'here'), ('gone', 'gone'), ('here', null), ('gone', null)`,
      },
      async (db) => {
        await db.query("call lastwill.sweep()");
        expect(await carts(db)).toEqual([1, 2, 4]);
      },
    ));

  test("marks what is only marked when it ends", () =>
    finished(
      {
        edges: [`{ ${CART}: delete, on_delete: { soft_delete: deleted_at } }`],
        schema: `${SHOP_WITHOUT_KEYS} alter table carts add deleted_at timestamptz;`,
      },
      async (db) => {
        await db.query("call lastwill.sweep()");
        expect(
          await column(
            db,
            "select id::integer from carts where deleted_at is not null order by id",
          ),
        ).toEqual([2, 4, 5]);
      },
    ));

  test("of a table between two lets go of what only those who are gone had", () =>
    finished(
      {
        edges: [
          "{ table: drafts, through: { table: seen, owner: sid, owned: draft_id }, orphans: delete }",
        ],
        schema: `${SHOP_WITHOUT_KEYS} create table seen (sid text, draft_id bigint);`,
        before: `
          insert into session values ('here', '{}', 'infinity');
          insert into drafts (id) values (1), (2), (3);
          insert into seen values ('here', 1), ('gone', 1), ('gone', 2), ('here', 99), (null, 3)`,
      },
      async (db) => {
        expect(await column(db, "select draft_id::integer from seen order by 1")).toEqual([1, 3]);
        await settle(db);
        expect(await column(db, "select id::integer from drafts order by id")).toEqual([1, 3]);
      },
    ));

  test("touches no table that inherits, and believes no parent that does", () =>
    finished(
      {
        edges: [`{ ${CART}: delete }`],
        before: `
          create table old_session () inherits (session);
          create table old_carts () inherits (carts);
          insert into session values ('here', '{}', 'infinity');
          insert into old_session values ('old', '{}', 'infinity');
          insert into carts (session_sid) values ('here'), ('old');
          insert into old_carts (id, session_sid) values (7, 'gone')`,
      },
      async (db) => {
        expect(await column(db, "select session_sid from carts order by id")).toEqual([
          "here",
          "gone",
        ]);
      },
    ));

  test("goes by no operator of anybody else", () =>
    finished(
      {
        edges: [`{ ${CART}: delete }`],
        before: `${ROWS}
          create function odd(varchar, varchar) returns boolean
            language sql return texteq($1, $2) and not texteq($1, 'here');
          create operator = (leftarg = varchar, rightarg = varchar, function = odd)`,
      },
      async (db) => {
        expect(await carts(db)).toEqual([1, 3]);
      },
    ));

  test("takes none of its own names for a column", () =>
    finished(
      {
        edges: [
          "{ table: lines, by: places, orphans: delete, key: n_rows }",
          "{ table: notes, by: orphans, orphans: delete, key: started, grace: 1 minute }",
        ],
        schema: `${SHOP_WITHOUT_KEYS}
          create table lines (n_rows integer primary key, places text, max_rows text, window_no text);
          create table notes (started integer primary key, orphans text, pause text, seconds text);`,
        before: `
          insert into session values ('here', '{}', 'infinity');
          insert into lines values (1, 'here'), (2, 'gone');
          insert into notes values (1, 'here'), (2, 'gone')`,
      },
      async (db) => {
        await settle(db);
        expect(await column(db, "select n_rows from lines")).toEqual([1]);
        expect(await column(db, "select started from notes")).toEqual([1]);
      },
    ));

  test("stops where a trigger keeps a row, instead of trying for ever", () =>
    withUnfinished(
      {
        manifest: ofSessions(`{ ${CART}: delete }`),
        schema: SHOP_WITHOUT_KEYS,
        before: `${ROWS}
          create function keep() returns trigger language plpgsql as 'begin return null; end';
          create trigger keep before delete on carts
          for each row when (old.note = 'paid') execute function keep()`,
      },
      async (db) => {
        const failure = await failureOf(db.finish());
        expect(failure.message).toBe(
          "a trigger on public.carts keeps rows that name a row of public.session that is not there",
        );
        await db.query("drop trigger keep on carts");
        await db.finish();
        expect(await carts(db)).toEqual([1, 3]);
      },
    ));

  test("decides under read committed, whatever a role begins with", () =>
    withUnfinished(
      { manifest: ofSessions(`{ ${CART}: delete }`), schema: SHOP_WITHOUT_KEYS, before: ROWS },
      async (db) => {
        const client = await db.connect();
        await client.query("set default_transaction_isolation = 'serializable'");
        await db.finish(client);
        expect(await carts(db)).toEqual([1, 3]);
      },
    ));
});

describe("set_null", () => {
  test("unties the rows that name nobody, which stay", () =>
    finished({ edges: [`{ ${CART}: set_null }`] }, async (db) => {
      expect(await sids(db)).toEqual(["here", null, null, null, null]);
      await settle(db);
      expect(await carts(db)).toEqual([1, 2, 3, 4, 5]);
    }));

  test("leaves them to nobody also where the edge would have ended them", () =>
    finished({ edges: [`{ ${CART}: set_null, grace: 1 hour }`] }, async (db) => {
      expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
      expect(await sids(db)).toEqual(["here", null, null, null, null]);
    }));

  test("does with several columns what the foreign key does: it sets those that can be null", () =>
    finished(
      {
        edges: [
          "{ table: parts, by: sid, orphans: delete, owns: [{ table: bits, by: [a, b], on_delete: set_null, orphans: set_null }] }",
        ],
        schema: `${SHOP_SCHEMA}
          create table parts (a integer, b integer, sid text, primary key (a, b));
          create table bits (id integer primary key, a integer, b integer not null);`,
        before: `
          insert into parts values (1, 1);
          insert into bits values (1, 1, 1), (2, 1, 2), (3, null, 2)`,
      },
      async (db) => {
        expect(await column(db, "select array[a, b] from bits order by id")).toEqual([
          [1, 1],
          [null, 2],
          [null, 2],
        ]);
      },
    ));

  test("unties several columns that may be null all together", () =>
    finished(
      {
        edges: [
          "{ table: parts, by: sid, owns: [{ table: bits, by: [a, b], orphans: set_null }] }",
        ],
        schema: `${SHOP_SCHEMA}
          create table parts (a integer, b integer, sid text, primary key (a, b));
          create table bits (id integer primary key, a integer, b integer);`,
        before: "insert into parts values (1, 1); insert into bits values (1, 1, 1), (2, 1, 2)",
      },
      async (db) => {
        expect(await column(db, "select array[a, b] from bits order by id")).toEqual([
          [1, 1],
          [null, null],
        ]);
      },
    ));
});
