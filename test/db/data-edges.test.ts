import { describe, expect, test } from "vitest";
import { column, type Installed, settle, value, withInstalled } from "../support/installed.ts";

const ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const OTHER = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

interface Case {
  /** The owned table's key type, and the data edge's path. */
  readonly type: string;
  readonly from: string;
  /** The session's data, and the keys it names. */
  readonly data: unknown;
  readonly keys: readonly unknown[];
}

const CASES: Record<string, Case> = {
  "a name": { type: "bigint", from: "draftId", data: { draftId: 1 }, keys: ["1"] },
  "a path": {
    type: "integer",
    from: "wizard.draft.id",
    data: { wizard: { draft: { id: 2 } } },
    keys: [2],
  },
  "a list": { type: "bigint", from: "ids[]", data: { ids: [1, 3] }, keys: ["1", "3"] },
  "a list of mappings": {
    type: "uuid",
    from: "uploads[].id",
    data: { uploads: [{ id: ID }, { id: OTHER }, {}] },
    keys: [ID, OTHER],
  },
  "a list of lists": {
    type: "bigint",
    from: "steps[].files[].id",
    data: { steps: [{ files: [{ id: 1 }] }, { files: [] }, { files: [{ id: 2 }, { id: 3 }] }] },
    keys: ["1", "2", "3"],
  },
  "a list right in a list": {
    type: "bigint",
    from: "grid[][]",
    data: { grid: [[1], [2, 3]] },
    keys: ["1", "2", "3"],
  },
  "data that is a list": { type: "bigint", from: "[]", data: [1, 2], keys: ["1", "2"] },
  "a number for a smallint": { type: "smallint", from: "draftId", data: { draftId: 3 }, keys: [3] },
  "a numeric string": { type: "bigint", from: "draftId", data: { draftId: "2" }, keys: ["2"] },
  "a uuid in capitals": { type: "uuid", from: "u", data: { u: ID.toUpperCase() }, keys: [ID] },
  "a text key": { type: "text", from: "t", data: { t: "k'\"\\ {}" }, keys: ["k'\"\\ {}"] },
  "a number for a text key": { type: "varchar(40)", from: "t", data: { t: 42 }, keys: ["42"] },
  "a name with a dot and a quote": {
    type: "bigint",
    from: `"a.'b"`,
    data: { "a.'b": 1 },
    keys: ["1"],
  },
};

/** A table of keys that are named, and one of each type that is not. */
function installation(one: Case, dataType: string) {
  const rest = one.type === "uuid" ? "00000000-0000-4000-8000-000000000000" : "99";
  const values = [...one.keys, rest].map((key) => `('${String(key).replaceAll("'", "''")}')`);
  return {
    schema: `
      create table session (sid text primary key, sess ${dataType}, expire timestamptz);
      create table owned (id ${one.type} primary key);
      insert into owned values ${values.join(", ")}`,
    manifest: `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: owned, from: ${JSON.stringify(one.from)} }]`,
    rest,
  };
}

describe("an owner names rows by", () => {
  for (const [name, one] of Object.entries(CASES)) {
    test(name, () =>
      withInstalled(installation(one, "jsonb"), async (db) => {
        await db.query("insert into session values ('s', $1, now() + interval '1 hour')", [
          JSON.stringify(one.data),
        ]);
        expect(await links(db)).toEqual(one.keys);
        await db.query("update session set sess = '{}'");
        expect(await links(db)).toEqual([]);
        await db.query("update session set sess = $1", [JSON.stringify(one.data)]);
        expect(await links(db)).toEqual(one.keys);
        await db.query("update session set expire = now()");
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select id::text from owned")).toEqual([
          installation(one, "").rest,
        ]);
      }),
    );
  }
});

async function links(db: Installed): Promise<unknown[]> {
  return column(db, "select owned_key from lastwill.session_owned order by owned_key");
}

describe("an owner's column that names a row", () => {
  const SCHEMA = `
    create table carts (id bigint primary key);
    create table session (
      sid uuid primary key default gen_random_uuid(),
      cart_id integer,
      expires_at timestamptz not null default now() + interval '1 hour'
    );
    insert into carts values (1), (2), (3)`;
  const MANIFEST = `
cron: none
owners:
  session:
    table: session
    expires: expires_at
    owns: [{ table: carts, from: { column: cart_id } }]`;
  const left = (db: Installed) => column(db, "select id::integer from carts order by id");

  test("ties it, lets go of it when it names another, and ends it with the owner", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await db.query("insert into session (cart_id) values (1)");
      await db.query("update session set cart_id = 2");
      expect(await column(db, "select owned_key from lastwill.released")).toEqual(["1"]);
      await settle(db);
      expect(await left(db)).toEqual([2, 3]);
      await db.query("update session set expires_at = now()");
      await db.query("call lastwill.sweep()");
      expect(await left(db)).toEqual([3]);
    }));

  test("ties nothing when it is null, and lets go when it becomes null", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await db.query("insert into session (cart_id) values (null), (1)");
      await db.query("update session set cart_id = null");
      await settle(db);
      expect(await left(db)).toEqual([2, 3]);
      expect(await value(db, "select count(*)::integer from lastwill.session_carts")).toBe(0);
    }));

  test("with a foreign key on delete set null of theirs works as well", () =>
    withInstalled(
      {
        schema: `${SCHEMA}; alter table session add foreign key (cart_id) references carts on delete set null`,
        manifest: MANIFEST,
      },
      async (db) => {
        await db.query("insert into session (cart_id) values (1), (2)");
        await db.query("update session set expires_at = now() where cart_id = 1");
        await db.query("call lastwill.sweep()");
        expect(await left(db)).toEqual([2, 3]);
        await db.query("delete from carts where id = 2");
        expect(await column(db, "select cart_id from session")).toEqual([null]);
      },
    ));
});

test("two edges over one table, by different columns and of different owners, ask each other", () =>
  withInstalled(
    {
      schema: `
        create table files (id bigint primary key, slug text unique not null);
        create table session (sid text primary key, sess jsonb, expire timestamptz);
        create table invite (code text primary key, file_slug text, valid_until timestamptz);
        insert into files values (1, 'one'), (2, 'two')`,
      manifest: `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: files, from: fileId }]
  invite:
    table: invite
    expires: valid_until
    owns: [{ table: files, from: { column: file_slug }, key: slug, grace: 0 }]`,
    },
    async (db) => {
      await db.query(
        `insert into session values ('s', '{"fileId": 1}', now() + interval '1 hour')`,
      );
      await db.query(`insert into invite values ('i', 'one', now() + interval '1 hour')`);
      const left = () => column(db, "select slug from files order by slug");
      await db.query("delete from invite");
      expect(await left()).toEqual(["one", "two"]);
      await db.query(`insert into invite values ('i', 'one', now() + interval '1 hour')`);
      await db.query("update session set expire = now()");
      await db.query("call lastwill.sweep()");
      expect(await left()).toEqual(["one", "two"]);
      await db.query("delete from invite");
      await settle(db);
      expect(await left()).toEqual(["two"]);
    },
  ));

test("a row below a row that the data names goes with it", () =>
  withInstalled(
    {
      schema: `
        create table session (sid text primary key, sess jsonb, expire timestamptz);
        create table drafts (id bigint primary key);
        create table pages (id integer primary key, draft_id bigint references drafts);
        insert into drafts values (1), (2);
        insert into pages values (1, 1), (2, 1), (3, 2), (4, null)`,
      manifest: `
cron: none
owners:
  session:
    table: session
    expires: expire
    data: { column: sess }
    owns: [{ table: drafts, from: draftId, owns: [{ table: pages, by: draft_id }] }]`,
    },
    async (db) => {
      await db.query(`insert into session values ('s', '{"draftId": 1}', now())`);
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select id from pages order by id")).toEqual([3, 4]);
    },
  ));
