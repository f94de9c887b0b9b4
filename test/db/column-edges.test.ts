import { describe, expect, test } from "vitest";
import {
  column,
  expire,
  type Installed,
  login,
  value,
  withInstalled,
} from "../support/installed.ts";

const SCHEMA = `
  create table users (id integer primary key);
  create table session (
    sid varchar primary key,
    sess json not null default '{}',
    expire timestamp not null default (now() at time zone 'UTC' + interval '1 hour'),
    user_id integer references users on delete cascade
  );
  create table carts (id integer primary key, session_sid varchar);
  create table cart_items (id integer primary key, cart_id integer not null);
  create table item_notes (item_id integer, line integer, primary key (item_id, line));
  create table wishes (id integer primary key, cart_id integer);`;

const MANIFEST = `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns:
      - table: carts
        by: session_sid
        owns:
          - table: cart_items
            by: cart_id
            owns: [{ table: item_notes, by: item_id }]`;

/** Two sessions with a cart, two items and a note for each item; and a cart without a session. */
const ROWS = `
  insert into users values (1), (2);
  insert into session (sid, user_id) values ('a', 1), ('b', 2);
  insert into carts values (1, 'a'), (2, 'b'), (3, null);
  insert into cart_items values (11, 1), (12, 1), (21, 2), (22, 2), (31, 3);
  insert into item_notes select id, 1 from cart_items;
  insert into wishes values (1, 1), (2, 2)`;

const LEFT = `
  select array(select id from carts order by 1)
      || array(select id from cart_items order by 1)
      || array(select item_id from item_notes order by 1)`;

describe("three column edges deep, everything of a session goes with it, and nothing else", () => {
  const ends: Record<string, (db: Installed) => Promise<unknown>> = {
    "when the sweep ends it": async (db) => {
      await expire(db, "sid = 'a'");
      await db.query("call lastwill.sweep()");
    },
    "when it is deleted by itself": (db) => db.query("delete from session where sid = 'a'"),
    "when it is deleted among many": async (db) => {
      await db.query("insert into session (sid) select 'x' || n from generate_series(1, 500) as n");
      await db.query("delete from session where sid <> 'b'");
    },
    "when the store prunes": async (db) => {
      await expire(db, "sid = 'a'");
      const now = Math.floor(Date.now() / 1000);
      await db.query('DELETE FROM "session" WHERE expire < to_timestamp($1)', [now]);
    },
    "when the user above it is deleted": (db) => db.query("delete from users where id = 1"),
  };
  for (const [how, end] of Object.entries(ends)) {
    test(how, () =>
      withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
        await db.query(ROWS);
        await end(db);
        expect(await column(db, "select sid from session")).toEqual(["b"]);
        expect(await value(db, LEFT)).toEqual([2, 3, 21, 22, 31, 21, 22, 31]);
        expect(await column(db, "select id from wishes order by id")).toEqual([1, 2]);
      }),
    );
  }
});

describe("a session that is given another key", () => {
  test("takes its carts along", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await db.query(ROWS);
      await db.query("update session set sid = 'new' where sid = 'a'");
      expect(await column(db, "select session_sid from carts order by id")).toEqual([
        "new",
        "b",
        null,
      ]);
      await db.query("delete from session where sid = 'new'");
      expect(await column(db, "select id from carts order by id")).toEqual([2, 3]);
    }));

  test("takes its links along, and ends with what they tie", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      await login(db, "a", { draftId: 1 });
      await login(db, "b", { draftId: 2 });
      await db.query("update session set sid = sid || '-renamed'");
      expect(
        await column(db, "select owner_key from lastwill.session_drafts order by owned_key"),
      ).toEqual(["a-renamed", "b-renamed"]);
      expect(await column(db, "select * from lastwill.released")).toEqual([]);
      await expire(db, "sid = 'a-renamed'");
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select id::integer from drafts")).toEqual([2]);
    }));

  test("lets go of what its new data no longer names, in the same statement", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      await login(db, "a", { draftId: 1 });
      await db.query(`update session set sid = 'b', sess = '{"draftId": 2}'`);
      expect(await db.query("select owner_key, owned_key from lastwill.session_drafts")).toEqual([
        { owner_key: "b", owned_key: "2" },
      ]);
      expect(await column(db, "select owned_key from lastwill.released")).toEqual(["1"]);
    }));

  test("is still counted once among those that cannot be read", () =>
    withInstalled(
      {
        schema:
          "create table session (sid text primary key, sess text, expire timestamptz); create table drafts (id bigint primary key)",
        manifest: TEXT_MANIFEST,
      },
      async (db) => {
        await db.query("insert into session values ('a', 'garbage', now() + interval '1 hour')");
        await db.query("update session set sid = 'b'");
        expect(await column(db, "select owner_key from lastwill.undecodable")).toEqual(["b"]);
        await db.query("delete from session");
        expect(await column(db, "select owner_key from lastwill.undecodable")).toEqual([]);
      },
    ));

  const TEXT_MANIFEST = `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: drafts, from: draftId }]`;
});

test("a cart without a session, and one whose session is taken away from it, stay", () =>
  withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
    await db.query(ROWS);
    await db.query("update carts set session_sid = null where id = 1");
    await db.query("delete from session");
    await db.query("call lastwill.sweep()");
    expect(await column(db, "select id from carts order by id")).toEqual([1, 3]);
  }));

test("a cart that changes hands ends with its new session only", () =>
  withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
    await db.query(ROWS);
    await db.query("update carts set session_sid = 'b' where id = 1");
    await db.query("delete from session where sid = 'a'");
    expect(await column(db, "select id from carts order by id")).toEqual([1, 2, 3]);
    await db.query("delete from session where sid = 'b'");
    expect(await column(db, "select id from carts order by id")).toEqual([3]);
  }));

test("a cart cannot name a session that is not there", () =>
  withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
    await expect(db.query("insert into carts values (9, 'nobody')")).rejects.toMatchObject({
      code: "23503",
    });
  }));
