import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { column, type Installed, withInstalled } from "../support/installed.ts";

/** What a store's real client wrote, and what its preset must make of it. */
interface Store {
  readonly store: string;
  readonly sample: string;
  readonly table: string;
  /** Cart by cart: how many sessions name it. */
  readonly carts: Readonly<Record<string, number>>;
  /** Sessions whose data cannot be read. */
  readonly undecodable: number;
  /** Lets a session that is named by a condition live on, and all others expire. */
  readonly expireBut: (condition: string) => string;
}

const STORES: readonly Store[] = [
  {
    store: "rails",
    sample: "rails-activerecord-session-store",
    table: "sessions",
    carts: { 42: 3, 43: 1 },
    undecodable: 0,
    expireBut: (live) =>
      `update sessions set updated_at = (now() at time zone 'UTC') - case when ${live} then interval '29 days' else interval '31 days' end`,
  },
  {
    store: "rails",
    sample: "rails-null-serializer-jsonb",
    table: "sessions",
    carts: { 42: 1 },
    undecodable: 0,
    expireBut: (live) =>
      `update sessions set updated_at = (now() at time zone 'UTC') - case when ${live} then interval '29 days' else interval '31 days' end`,
  },
  {
    store: "django",
    sample: "django",
    table: "django_session",
    carts: { 42: 3, 43: 1, 44: 1, 45: 1 },
    undecodable: 1,
    expireBut: (live) =>
      `update django_session set expire_date = now() + case when ${live} then interval '1 hour' else interval '-1 hour' end`,
  },
  {
    store: "laravel",
    sample: "laravel",
    table: "sessions",
    carts: { 42: 1, 43: 2, 44: 1 },
    undecodable: 1,
    expireBut: (live) =>
      `update sessions set last_activity = extract(epoch from now()) - case when ${live} then 110 * 60 else 130 * 60 end`,
  },
];

const sample = (name: string) =>
  readFileSync(new URL(`../samples/${name}.sql`, import.meta.url), "utf8");

const CARTS = `
  create table carts (id bigint primary key);
  insert into carts select generate_series(40, 49);`;

/** The store with its preset and nothing beside it, and the rows that its client wrote. */
function withStore(store: Store, run: (db: Installed) => Promise<void>): Promise<void> {
  return withInstalled(
    {
      schema: `${sample(`${store.sample}.schema`)}\n${CARTS}`,
      manifest: `
cron: none
grants: { inspect: [pg_monitor] }
owners:
  visit:
    store: ${store.store}
    owns: [{ table: carts, from: cart_id }]`,
    },
    async (db) => {
      await db.query(sample(store.sample));
      await run(db);
    },
  );
}

describe.each(STORES)("$sample, by its preset", (store) => {
  test("each session is tied to the cart that it names, and what cannot be read is counted", () =>
    withStore(store, async (db) => {
      const links = await db.query<{ key: string; n: number }>(
        "select owned_key::text as key, count(*)::integer as n from lastwill.visit_carts group by 1",
      );
      expect(Object.fromEntries(links.map(({ key, n }) => [key, n]))).toEqual(store.carts);
      expect(await column(db, "select undecodable::integer from lastwill.status")).toEqual([
        store.undecodable,
      ]);
    }));

  test("a role that may inspect finds no drift, and what was written unseen", () =>
    withStore(store, async (db) => {
      await db.query("set role pg_monitor");
      expect(await column(db, "select drift from lastwill.drift")).toEqual([]);
      await db.query(`
        reset role;
        delete from lastwill.visit_carts where owned_key = 42;
        set role pg_monitor`);
      expect(await column(db, "select distinct owned_key from lastwill.drift")).toEqual(["42"]);
      await db.query("reset role");
    }));

  test("the sweep ends what expired sessions had, and nothing else", () =>
    withStore(store, async (db) => {
      await db.query(store.expireBut("false"));
      await db.query("call lastwill.sweep()");
      const named = Object.keys(store.carts);
      const left = (await column(db, "select id::text from carts order by id")) as string[];
      expect(left.filter((id) => named.includes(id))).toEqual([]);
      expect(left).toHaveLength(10 - named.length);
      expect(await column(db, `select count(*)::integer from ${store.table}`)).toEqual([0]);
    }));

  test("touching the expiry alone decodes nothing and releases nothing", () =>
    withStore(store, async (db) => {
      await db.query(store.expireBut("true"));
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select count(*)::integer from carts")).toEqual([10]);
      expect(await column(db, "select count(*)::integer from lastwill.released")).toEqual([0]);
    }));
});

describe("stores without data", () => {
  test.each([
    ["better-auth", "better-auth-session", `"expiresAt"`],
    ["authjs", undefined, "expires"],
  ])("%s: rows hold the session's key, and end when it expires", async (store, file, expires) => {
    const isText = store === "better-auth";
    const schema = file
      ? `${sample("better-auth-user.schema")}\n${sample(`${file}.schema`)}`
      : `create table sessions (
           id serial primary key,
           "userId" integer not null,
           expires timestamptz not null,
           "sessionToken" varchar(255) not null unique
         );`;
    const table = isText ? "session" : "sessions";
    const rows = file
      ? `${sample("better-auth-user")}\n${sample(file)}`
      : `insert into sessions ("userId", expires, "sessionToken") values (1, now(), 'a'), (1, now(), 'b');`;
    await withInstalled(
      {
        schema: `${schema}\ncreate table drafts (id bigint generated always as identity primary key, session_id ${isText ? "text" : "integer"});`,
        manifest: `
cron: none
owners:
  visit:
    store: ${store}
    owns: [{ table: drafts, by: session_id }]`,
      },
      async (db) => {
        await db.query(rows);
        await db.query(`insert into drafts (session_id) select id from ${table}`);
        await db.query(`update ${table} set ${expires} = now() + interval '1 hour'`);
        await db.query(
          `update ${table} set ${expires} = now() - interval '1 hour' where id = (select min(id) from ${table})`,
        );
        const [before] = (await column(db, "select count(*)::integer from drafts")) as number[];
        await db.query("call lastwill.sweep()");
        expect(await column(db, "select count(*)::integer from drafts")).toEqual([
          (before ?? 0) - 1,
        ]);
      },
    );
  });
});

test("a list from which PHP has taken an element names what is left in it", () =>
  withInstalled(
    {
      schema: `${sample("laravel.schema")}\n${CARTS}`,
      manifest: `
cron: none
owners:
  visit:
    store: laravel
    owns: [{ table: carts, from: "cart_ids[]" }]`,
    },
    async (db) => {
      const payload = Buffer.from('a:1:{s:8:"cart_ids";a:2:{i:0;i:41;i:2;i:43;}}').toString(
        "base64",
      );
      await db.query("insert into sessions (id, payload, last_activity) values ('s', $1, 0)", [
        payload,
      ]);
      expect(
        await column(db, "select owned_key::text from lastwill.visit_carts order by 1"),
      ).toEqual(["41", "43"]);
    },
  ));

describe("decoding is dear, so", () => {
  const twoEdges = {
    schema: `${sample("laravel.schema")}\n${CARTS}\ncreate table drafts (id bigint primary key);`,
    manifest: `
cron: none
owners:
  visit:
    store: laravel
    owns:
      - { table: carts, from: cart_id }
      - { table: drafts, from: draft_id }`,
  };

  /** How often one statement had a payload decoded. */
  const decoded = async (db: Installed, statement: string) => {
    const client = await db.connect();
    try {
      await client.query("set track_functions = 'pl'");
      await client.query("begin");
      await client.query(statement);
      const { rows } = await client.query(
        "select pg_stat_get_xact_function_calls('lastwill.decode_php(text)'::regprocedure)::integer as n",
      );
      await client.query("rollback");
      return rows[0]?.["n"] as number | null;
    } finally {
      await client.end();
    }
  };

  test.each([
    ["a touch", "update sessions set last_activity = last_activity + 1 where id = 's'", null],
    ["the same text again", "update sessions set payload = payload where id = 's'", null],
    [
      "another text, two edges",
      "update sessions set payload = 'YToxOntpOjA7aToxO30=' where id = 's'",
      1,
    ],
    [
      "a new row, two edges",
      "insert into sessions (id, payload, last_activity) values ('t', 'YTowOnt9', 0)",
      1,
    ],
  ])("%s costs no more decodings than it must", (_, statement, calls) =>
    withInstalled(twoEdges, async (db) => {
      await db.query(
        "insert into sessions (id, payload, last_activity) values ('s', 'YTowOnt9', 0)",
      );
      expect(await decoded(db, statement)).toBe(calls);
    }),
  );
});
