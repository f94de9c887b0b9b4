import { describe, expect, test } from "vitest";
import {
  column,
  drafts,
  expire,
  type Installed,
  login,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

const deep = (depth: number) => `{"draftId":5,"deep":${"[".repeat(depth)}${"]".repeat(depth)}}`;

/** A session's data as text, and the draft it names; "unknown" when nothing can tell. */
const ODD: Record<string, readonly [data: string, named: number | "none" | "unknown"]> = {
  "a word for a number": ['{"draftId": "abc"}', "none"],
  null: ["null", "none"],
  "an empty list": ["[]", "none"],
  "a list": ['[{"draftId": 5}, 5]', "none"],
  "a bare number": ["5", "none"],
  "a bare text": ['"draftId"', "none"],
  "a 20-digit number": ['{"draftId": 12345678901234567890}', "none"],
  "a number just too large": ['{"draftId": 9223372036854775808}', "none"],
  "a fraction": ['{"draftId": 5.5}', "none"],
  "a boolean": ['{"draftId": true}', "none"],
  "a nested mapping": ['{"draftId": {"draftId": 5}}', "none"],
  "a list for a number": ['{"draftId": [5]}', "none"],
  "an empty text": ['{"draftId": ""}', "none"],
  "a null pointer": ['{"draftId": null}', "none"],
  "its name written with an escape": ['{"draft\\u0049d": 5}', 5],
  "a key written twice": ['{"draftId": 4, "draftId": 5}', 5],
  "a NUL in a text": ['{"draftId": 5, "x": "\\u0000"}', 5],
  "a NUL in the key": ['{"draftId": "5\\u0000"}', "none"],
  "an escaped backslash before u0000": ['{"draftId": 5, "x": "\\\\u0000"}', 5],
  "a NUL after an escaped backslash": ['{"draftId": 5, "x": "\\\\\\u0000"}', 5],
  "the first half of a pair": ['{"draftId": 5, "x": "\\ud800"}', 5],
  "the second half of a pair": ['{"draftId": 5, "x": "\\udc00!"}', 5],
  "halves in the wrong order": ['{"draftId": 5, "x": "\\udc00\\ud800"}', 5],
  "a first half before a whole pair": ['{"draftId": 5, "x": "\\ud83d\\ud83d\\ude00"}', 5],
  "a whole pair beside a NUL": ['{"draftId": 5, "x": "\\ud83d\\ude00\\u0000"}', 5],
  "a number too large for numeric": ['{"draftId": 5, "x": 1e999999}', "unknown"],
  "a number too large for numeric as the key": ['{"draftId": 1e999999}', "unknown"],
  "nesting 1,000 deep": [deep(1_000), 5],
  "nesting 6,000 deep": [deep(6_000), 5],
  "100 kB": [JSON.stringify({ draftId: 5, x: "y".repeat(100_000) }), 5],
  "100 kB of backslashes and a NUL": [`{"draftId": 5, "x": "${"\\\\".repeat(50_000)}\\u0000"}`, 5],
  "100 kB of NULs": [`{"draftId": 5, "x": "${"\\u0000".repeat(17_000)}"}`, 5],
};

describe("a write that changes what is named, though it looks alike, is noticed", () => {
  for (const type of ["json", "jsonb"]) {
    test(`in a column of type ${type}: a list instead of a text that spells it, names that stand there twice`, () =>
      withInstalled(
        {
          schema: `
            create table session (sid text primary key, sess ${type} not null, expire timestamptz);
            create table uploads (id bigint primary key);
            create table drafts (id bigint primary key);
            insert into uploads values (1), (2);
            insert into drafts values (1)`,
          manifest: `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess, format: json }
    owns:
      - { table: uploads, from: "uploads[]", grace: 0 }
      - { table: drafts, from: a.id, grace: 0 }`,
        },
        async (db) => {
          const insert = (sid: string, data: string) =>
            db.query("insert into session values ($1, $2, now() + interval '1 day')", [sid, data]);
          await insert("list", '{"uploads":"[1,2]"}');
          await db.query(`update session set sess = '{"uploads":[1,2]}' where sid = 'list'`);
          await insert("twice", '{"a":{"id":1},"a":{"x":2}}');
          await db.query(`update session set sess = '{"a":{"id":1}}' where sid = 'twice'`);
          await insert("other", '{"uploads":[1,2],"a":{"id":1}}');
          await db.query("delete from session where sid = 'other'");
          await settle(db);
          expect(await column(db, "select id::integer from uploads order by id")).toEqual([1, 2]);
          expect(await drafts(db)).toEqual([1]);
        },
      ));
  }
});

describe("odd data of a session raises no error, neither in the application nor in the sweep", () => {
  for (const [name, [data, named]] of Object.entries(ODD)) {
    test(name, () =>
      withInstalled({}, async (db) => {
        await db.query("insert into drafts (id) values (4), (5)");

        // Written at once.
        await login(db, "inserted", data);
        expect(await tied(db, "inserted")).toEqual(named === 5 ? [5] : []);

        // Written over what named another draft.
        await login(db, "updated", { draftId: 4 });
        await db.query("update session set sess = $1 where sid = 'updated'", [data]);
        const kept = named === "unknown" ? [4] : [];
        expect(await tied(db, "updated")).toEqual(named === 5 ? [5] : kept);
        expect(await value(db, "select undecodable::integer from lastwill.status")).toBe(
          named === "unknown" ? 2 : 0,
        );

        await settle(db);
        expect(await drafts(db)).toEqual(named === "unknown" ? [4, 5] : [5]);

        // A touch, a change within, the end.
        await db.query("update session set expire = expire + interval '1 minute'");
        await db.query("update session set sess = $1", [data]);
        await expire(db);
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select last_error from lastwill.sweep_run")).toEqual([null, null]);
        expect(await column(db, "select sid from session")).toEqual([]);
        expect(await value(db, "select undecodable::integer from lastwill.status")).toBe(0);
        if (named === 5) expect(await drafts(db)).toEqual([]);
      }),
    );
  }
});

async function tied(db: Installed, sid: string): Promise<number[]> {
  const keys = await column(
    db,
    "select owned_key from lastwill.session_drafts where owner_key = $1 order by 1",
    [sid],
  );
  return keys.map(Number);
}

describe("a list", () => {
  const SCHEMA = `
    create table session (sid text primary key, sess json, expire timestamptz);
    create table uploads (id bigint primary key);
    insert into uploads select generate_series(1, 10000)`;
  const MANIFEST = `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: uploads, from: "uploads[].id" }]`;

  test("of 10,000 is tied, shortened and ended without making the application wait", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      const list = (count: number) =>
        JSON.stringify({ uploads: Array.from({ length: count }, (_, n) => ({ id: n + 1 })) });
      await db.query("insert into session values ('s', $1, now() + interval '1 hour')", [
        list(10_000),
      ]);
      expect(await value(db, "select count(*)::integer from lastwill.session_uploads")).toBe(
        10_000,
      );
      // Often enough for a plan without the list's own values to be tried.
      let slowest = 0;
      for (let count = 9_999; count > 9_990; count--) {
        const start = performance.now();
        await db.query("update session set sess = $1", [list(count)]);
        slowest = Math.max(slowest, performance.now() - start);
      }
      expect(slowest).toBeLessThan(2_500);
      expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(9);
      await db.query("update session set expire = now()");
      await settle(db);
      expect(await value(db, "select count(*)::integer from uploads")).toBe(0);
    }));

  test("whose elements are anything ties those that are keys", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      const ids = [1, "2", null, "x", {}, [3], 4.5, true, 1e30, -1, 5];
      const uploads = [...ids.map((id) => ({ id })), 6, null, "7", [{ id: 8 }]];
      await db.query("insert into session values ('s', $1, now() + interval '1 hour')", [
        JSON.stringify({ uploads }),
      ]);
      expect(
        await column(db, "select owned_key::integer from lastwill.session_uploads order by 1"),
      ).toEqual([-1, 1, 2, 5]);
      for (const instead of ["{}", "5", '"x"', "null", '{"id": 1}', '[[{"id": 1}]]']) {
        await db.query("update session set sess = $1", [`{"uploads": ${instead}}`]);
        expect(await column(db, "select owned_key from lastwill.session_uploads"), instead).toEqual(
          [],
        );
        await db.query(`update session set sess = '{"uploads": [{"id": 1}]}'`);
      }
    }));
});

describe("a text column", () => {
  const SCHEMA = `
    create table session (sid text primary key, sess text, expire timestamptz);
    create table drafts (id bigint primary key);
    insert into drafts values (1), (2)`;
  const MANIFEST = `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: drafts, from: draftId }]`;
  const undecodable = (db: Installed) =>
    value(db, "select undecodable::integer from lastwill.status");

  test("that holds garbage is unknown: nothing is released, it is counted, and struck out later", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await db.query(
        `insert into session values ('s', '{"draftId": 1}', now() + interval '1 hour')`,
      );
      for (const garbage of [
        "",
        'a:1:{s:7:"draftId";i:2;}',
        "BAh7AA==",
        "{",
        "{'draftId': 2}",
        "\u00ff",
      ]) {
        await db.query("update session set sess = $1", [garbage]);
        expect(await undecodable(db), garbage).toBe(1);
      }
      expect(await column(db, "select * from lastwill.released")).toEqual([]);
      await settle(db);
      expect(await drafts(db)).toEqual([1, 2]);

      await db.query(`update session set sess = '{"draftId": 2}'`);
      expect(await undecodable(db)).toBe(0);
      await settle(db);
      expect(await drafts(db)).toEqual([2]);
    }));

  test("that holds garbage ends with its owner, and so does what was tied before", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await db.query(
        `insert into session values ('s', '{"draftId": 1}', now() + interval '1 hour')`,
      );
      await db.query("insert into session values ('t', 'garbage', now() + interval '1 hour')");
      await db.query("update session set sess = 'garbage'");
      expect(await undecodable(db)).toBe(2);
      await db.query("update session set expire = now()");
      await db.query("call lastwill.sweep()");
      expect(await undecodable(db)).toBe(0);
      expect(await drafts(db)).toEqual([2]);
    }));

  test("that is null names nothing, and is nothing unknown", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await db.query("insert into session values ('s', null, now() + interval '1 hour')");
      await db.query(`update session set sess = '{"draftId": 1}'`);
      await db.query("update session set sess = null");
      expect(await undecodable(db)).toBe(0);
      await settle(db);
      expect(await drafts(db)).toEqual([2]);
    }));
});

for (const type of ["json", "jsonb"]) {
  test(`${type} data that may be null is no error`, () =>
    withInstalled(
      {
        schema: `
          create table session (sid text primary key, sess ${type}, expire timestamptz);
          create table drafts (id bigint primary key);
          insert into drafts values (1), (2)`,
        manifest: `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: drafts, from: draftId }]`,
      },
      async (db) => {
        await db.query("insert into session values ('s', null, now() + interval '1 hour')");
        await db.query(`update session set sess = '{"draftId": 1}'`);
        await db.query("update session set sess = null");
        await settle(db);
        expect(await drafts(db)).toEqual([2]);
        expect(await value(db, "select undecodable::integer from lastwill.status")).toBe(0);
      },
    ));
}

/** Paths, and json in which they name draft 1 though it does not hold all of their names as they are. */
const WRITTEN_OTHERWISE: readonly (readonly [path: string, data: string])[] = [
  ["drafts.0.id", '{"drafts": [{"id": 1}]}'],
  ["d.10", '{"d": [0,0,0,0,0,0,0,0,0,0,1]}'],
  ["d.-1", '{"d": [0, 1]}'],
  ['"a/b"', '{"a\\/b": 1}'],
  ['"a\\"b"', '{"a\\"b": 1}'],
  ["größe.n", '{"gr\\u00f6\\u00dfe": {"n": 1}}'],
  ["cart_id", '{"cart\\u005fid": 1}'],
  ["50%", '{"50%": 1}'],
  ["[].id", '[{"id": 1}]'],
  ["[]", "[1]"],
];

test.each(WRITTEN_OTHERWISE)(
  "json that holds %s as %s ties the row when it is inserted",
  (path, data) =>
    withInstalled(
      {
        schema: `
        create table session (sid text primary key, sess json, expire timestamptz);
        create table drafts (id bigint primary key);
        insert into drafts values (1)`,
        manifest: `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: drafts, from: ${JSON.stringify(path)} }]`,
      },
      async (db) => {
        await db.query("insert into session values ('s', $1, now() + interval '1 hour')", [data]);
        expect(await column(db, "select owned_key::integer from lastwill.session_drafts")).toEqual([
          1,
        ]);
      },
    ),
);

test("an upsert of many rows, some new and some known, ties what each of them names", () =>
  withInstalled({}, async (db) => {
    await db.query("insert into drafts (id) select generate_series(1, 40)");
    const upsert = (from: number, shift: number) =>
      db.query(
        `insert into session (sid, sess, expire)
         select 's' || n, json_build_object('draftId', n + $2::integer), now() + interval '1 hour'
         from generate_series($1::integer, 20) as n
         on conflict (sid) do update set sess = excluded.sess, expire = excluded.expire`,
        [from, shift],
      );
    await upsert(11, 0);
    await upsert(1, 20);
    expect(
      await value(
        db,
        "select count(*)::integer from lastwill.session_drafts where owner_key = 's' || owned_key - 20",
      ),
    ).toBe(20);
    expect(await value(db, "select count(*)::integer from lastwill.session_drafts")).toBe(20);
  }));

test("a key and what the row names, changed in one statement, is followed and tied anew", () =>
  withInstalled({}, async (db) => {
    await db.query("insert into drafts (id) values (1), (2)");
    await login(db, "one", '{"draftId": 1}');
    await db.query(`update session set sid = 'two', sess = '{"draftId": 2}'`);
    expect(
      await db.query("select owner_key, owned_key::integer from lastwill.session_drafts"),
    ).toEqual([{ owner_key: "two", owned_key: 2 }]);
    await settle(db);
    expect(await drafts(db)).toEqual([2]);
  }));
