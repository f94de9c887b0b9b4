import type pg from "pg";
import { describe, expect, test } from "vitest";
import { adopt, claim, TieError, touch } from "../../src/ties.ts";
import { withDatabase } from "../support/database.ts";
import {
  column,
  expire,
  type Installed,
  installInto,
  login,
  SHOP_SCHEMA,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

const SCHEMA = `${SHOP_SCHEMA}
  create table documents (id bigint primary key);
  create table session_documents (session_sid varchar not null, document_id bigint not null);
  create table wishes (id bigint primary key, upload_id uuid);
  create table visits (id bigint primary key, visitor text, user_id integer);
  alter table carts add user_id integer;
  alter table drafts add user_id integer;`;

const MANIFEST = `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns:
      - { table: carts, by: session_sid, grace: 10 minutes, claim: user_id, owns: [{ table: cart_items, by: cart_id }] }
      - { table: drafts, from: draftId, claim: user_id }
      - table: documents
        through: { table: session_documents, owner: session_sid, owned: document_id }
  Odd visitor:
    managed: true
    owns: [{ table: visits, by: visitor, claim: user_id }]
  invite:
    table: products
    owns: []
  wish:
    table: wishes
    owns: [{ table: uploads, from: { column: upload_id } }]`;

const withTies = (run: (db: Installed) => Promise<void>): Promise<void> =>
  withInstalled({ schema: SCHEMA, manifest: MANIFEST }, run);

/** Numbered rows, as text: `1 by b for 7`. */
const carts = (db: Installed) =>
  column(
    db,
    "select concat_ws(' ', id, 'by ' || session_sid, 'for ' || user_id) from carts order by id",
  );

const released = (db: Installed) =>
  column(db, "select edge || ' ' || owned_key from lastwill.released order by 1");

describe("adopt", () => {
  test("ties to the new key what is attached and what waits, and says how much", () =>
    withTies(async (db) => {
      const pool = db.pool();
      await login(db, "a");
      await db.query("insert into carts (session_sid) values ('a'), ('a')");
      await db.query("insert into documents values (1), (2)");
      await db.query("insert into session_documents values ('a', 1)");
      await login(db, "b");
      expect(await adopt(pool, "session", "a", "b")).toBe(3);
      expect(await carts(db)).toEqual(["1 by b", "2 by b"]);

      await db.query("delete from session where sid = 'b'");
      expect(await released(db)).toEqual([
        "session.carts 1",
        "session.carts 2",
        "session.documents 1",
      ]);
      await login(db, "c");
      await db.query("insert into carts (session_sid) values ('c')");
      expect(await adopt(pool, "session", "b", "c")).toBe(3);
      expect(await released(db)).toEqual([]);
      await settle(db);
      expect(await carts(db)).toEqual(["1 by c", "2 by c", "3 by c"]);
      expect(await column(db, "select id::integer from documents order by id")).toEqual([1, 2]);

      expect(await adopt(pool, "session", "a", "c")).toBe(0);
      await expire(db);
      await db.query("call lastwill.sweep()");
      expect(await carts(db)).toEqual([]);
      // A document that was never tied is nobody's.
      expect(await column(db, "select id::integer from documents")).toEqual([2]);
    }));

  test("is undone with the transaction that it is a part of", () =>
    withTies(async (db) => {
      await login(db, "a");
      await db.query("insert into carts (session_sid) values ('a')");
      const client = await db.connect();
      await client.query("begin");
      await login(client, "b");
      await client.query("delete from session where sid = 'a'");
      expect(await adopt(client, "session", "a", "b")).toBe(1);
      await client.query("rollback");
      expect(await carts(db)).toEqual(["1 by a"]);
      expect(await released(db)).toEqual([]);
    }));

  test("says what to do when the new session is not there", () =>
    withTies(async (db) => {
      await login(db, "the-old-sid");
      const error = await failure(adopt(db.pool(), "session", "the-old-sid", "the-new-sid"));
      expect(error).toMatchObject({ name: "TieError", code: "LW002" });
      expect(error.message).toBe(
        'cannot adopt for "session": there is no row with the new key\n  Write the new session first, then adopt.',
      );
      expectNoKey(error);
    }));
});

describe("claim", () => {
  test("gives somebody what is attached and what waits, and detaches it", () =>
    withTies(async (db) => {
      const pool = db.pool();
      await db.query("insert into drafts (id) values (1), (2)");
      await login(db, "a", { draftId: 1 });
      await login(db, "b", { draftId: 2 });
      await db.query("insert into carts (session_sid) values ('a'), ('b')");
      expect(await claim(pool, "session", "a", 7)).toBe(2);
      expect(await carts(db)).toEqual(["1 for 7", "2 by b"]);

      await db.query("delete from session");
      expect(await released(db)).toEqual(["session.carts 2", "session.drafts 2"]);
      expect(await claim(pool, "session", "b", "8")).toBe(2);
      expect(await released(db)).toEqual([]);
      await settle(db);
      expect(await carts(db)).toEqual(["1 for 7", "2 for 8"]);
      expect(await column(db, "select user_id from drafts order by id")).toEqual([7, 8]);
      expect(await claim(pool, "session", "nobody", 9)).toBe(0);
    }));
});

describe("touch", () => {
  test("makes a session of a managed owner, renews it, and ends it", () =>
    withTies(async (db) => {
      const pool = db.pool();
      const before = Date.now();
      const first = await touch(pool, "Odd visitor", "k", 60);
      expect(first).toBeInstanceOf(Date);
      expect(first.getTime() - before).toBeGreaterThan(50_000);
      expect(first.getTime() - before).toBeLessThan(90_000);
      const later = await touch(pool, "Odd visitor", "k", "1 hour 30 minutes");
      expect(later.getTime() - first.getTime()).toBeGreaterThan(5_300_000);
      expect(
        await value(db, `select expires_at = $1::timestamptz from lastwill."Odd visitor"`, [later]),
      ).not.toBeNull();
      await db.query("insert into visits values (1, 'k'), (2, 'k')");
      expect(await touch(pool, "Odd visitor", "j", 1e-7)).toBeInstanceOf(Date);
      await db.query("call lastwill.sweep()");
      expect(await column(db, `select key from lastwill."Odd visitor"`)).toEqual(["k"]);

      await db.query("update visits set user_id = 3 where id = 2");
      await touch(pool, "Odd visitor", "k", 0);
      await db.query("call lastwill.sweep()");
      expect(await column(db, `select key from lastwill."Odd visitor"`)).toEqual([]);
      // Somebody's since its claim column is filled.
      expect(await column(db, "select id::integer from visits")).toEqual([2]);
    }));

  test("of one key by many at once makes one row", () =>
    withTies(async (db) => {
      const pool = db.pool({ max: 5 });
      const expiries = await Promise.all(
        Array.from({ length: 20 }, (_, index) => touch(pool, "Odd visitor", "k", 60 + index)),
      );
      expect(expiries).toHaveLength(20);
      const rows = await db.query<{ key: string; expires_at: Date }>(
        `select key, expires_at from lastwill."Odd visitor"`,
      );
      expect(rows.map(({ key }) => key)).toEqual(["k"]);
      const [at] = rows.map(({ expires_at }) => expires_at.getTime());
      expect(expiries.map((expiry) => expiry.getTime())).toContain(at);
    }));

  test("beside the sweep never loses a session that goes on, nor what it owns", () =>
    withTies(async (db) => {
      const pool = db.pool({ max: 5 });
      await touch(pool, "Odd visitor", "k", 60);
      await db.query("insert into visits values (1, 'k')");
      for (let round = 0; round < 10; round += 1) {
        await Promise.all([
          ...Array.from({ length: 4 }, () => touch(pool, "Odd visitor", "k", 60)),
          db.query("call lastwill.sweep()"),
        ]);
      }
      expect(await column(db, "select id::integer from visits")).toEqual([1]);
    }));

  test("takes no number that is none", () =>
    withTies(async (db) => {
      const pool = db.pool();
      await expect(touch(pool, "Odd visitor", "k", Number.NaN)).rejects.toThrow(RangeError);
      await expect(touch(pool, "Odd visitor", "k", Infinity)).rejects.toThrow(RangeError);
    }));
});

describe("what cannot be done is said in words, without a key", () => {
  const KEY = "s3cret";

  test("the owner is not in the manifest, or has nothing of the kind", () =>
    withTies(async (db) => {
      const pool = db.pool();
      const remedy = "Then run gen-migrations, and migrate.";
      const unknown = await failure(adopt(pool, "sesion", KEY, KEY));
      expect(unknown.message).toBe(
        `cannot adopt for "sesion": there is no function lastwill.adopt_sesion
  Is the owner in the manifest, and has it an edge with \`by\` or \`through\`? ${remedy}`,
      );
      for (const [call, needs] of [
        [() => adopt(pool, "wish", 1, 2), "has it an edge with `by` or `through`"],
        [() => claim(pool, "invite", 1, 2), "has it an edge with `claim`"],
        [() => touch(pool, "session", KEY, 1), "is it `managed: true`"],
        [() => claim(pool, 'odd"; drop table carts; --', KEY, 2), "has it an edge with `claim`"],
      ] as const) {
        const error = await failure(call());
        expect(error).toMatchObject({ name: "TieError", code: "42883" });
        expect(error.message).toContain(`Is the owner in the manifest, and ${needs}? ${remedy}`);
        expectNoKey(error, KEY);
      }
    }));

  test("nothing is installed", () =>
    withDatabase(async (db) => {
      const error = await failure(touch(db.pool(), "session", KEY, 1));
      expect(error).toMatchObject({ name: "TieError", code: "3F000" });
      expect(error.message).toContain("run gen-migrations, and migrate");
    }));

  test("what is given is not what it has to be", () =>
    withInstalled(
      {
        schema: `
          create table invites (id bigint primary key, expires_at timestamptz);
          create table guests (id bigint primary key, invite_id bigint, user_id uuid)`,
        manifest: `
cron: none
owners:
  invite:
    table: invites
    expires: expires_at
    owns: [{ table: guests, by: invite_id, claim: user_id }]
  web:
    managed: true
    owns: []`,
      },
      async (db) => {
        const pool = db.pool();
        await db.query("insert into invites values (9007199254740993), (2)");
        await db.query("insert into guests values (1, 9007199254740993)");
        for (const call of [
          () => adopt(pool, "invite", KEY, 2),
          () => adopt(pool, "invite", 2, `99999999999999999999${KEY}`),
          () => adopt(pool, "invite", 99999999999999999999n, 2),
          () => claim(pool, "invite", 2, KEY),
          () => touch(pool, "web", `${KEY}\0`, 1),
          () => touch(pool, "web", KEY, KEY),
        ]) {
          const error = await failure(call());
          expect(error.code).toMatch(/^22/);
          expect(error.message).toMatch(/cannot be read \(22.{3}\)\n {2}\S/);
          expectNoKey(error, KEY, "99999999999999999999");
        }
        // A key beyond what a number can hold is told as it is.
        expect(await adopt(pool, "invite", 9007199254740993n, 2)).toBe(1);
      },
    ));

  test("a key that is not there is the caller's mistake", () =>
    withTies(async (db) => {
      const pool = db.pool();
      const missing = undefined as unknown as string;
      await expect(adopt(pool, "session", missing, KEY)).rejects.toThrow(
        new TypeError("adopt: the old key is undefined"),
      );
      await expect(claim(pool, "session", KEY, null as unknown as string)).rejects.toThrow(
        new TypeError("claim: the value is null"),
      );
    }));

  test("a trigger of the application's own refuses, and quotes the key", () =>
    withTies(async (db) => {
      await db.query(`
        create function refuse() returns trigger language plpgsql as $$
        begin
          raise exception 'not for %', new.session_sid using detail = old.session_sid;
        end $$;
        create trigger refuse before update on carts for each row execute function refuse()`);
      await login(db, KEY);
      await login(db, `${KEY}-new`);
      await db.query("insert into carts (session_sid) values ($1)", [KEY]);
      const error = await failure(adopt(db.pool(), "session", KEY, `${KEY}-new`));
      expect(error).toMatchObject({ name: "TieError", code: "P0001" });
      expect(error.message).toBe('cannot adopt for "session": not for …');
      expectNoKey(error, KEY);
    }));

  test("what is no error of PostgreSQL's comes as it is", async () => {
    const broken = new Error("Connection terminated unexpectedly");
    const client = { query: () => Promise.reject(broken) };
    await expect(touch(client, "session", KEY, 1)).rejects.toBe(broken);
  });
});

describe("a role with the right to tie, and no other", () => {
  const withRole = (run: (db: Installed, app: pg.Client) => Promise<void>) =>
    withDatabase(async (fresh) => {
      const app = `app_${fresh.name}`;
      await fresh.query(`create role ${app}; create role other_${fresh.name}`);
      const manifest = `grants: { tie: [${app}] }${MANIFEST}`;
      await installInto(fresh, { schema: SCHEMA, manifest }, async (db) => {
        const client = await db.connect();
        await client.query(`set session authorization ${app}`);
        await run(db, client);
      });
    });

  test("adopts, claims and touches", () =>
    withRole(async (db, app) => {
      await db.query("insert into drafts (id) values (1)");
      await login(db, "a", { draftId: 1 });
      await login(db, "b");
      await db.query("insert into carts (session_sid) values ('a')");
      expect(await adopt(app, "session", "a", "b")).toBe(1);
      expect(await claim(app, "session", "a", 7)).toBe(1);
      expect(await claim(app, "session", "b", 7)).toBe(1);
      expect(await carts(db)).toEqual(["1 for 7"]);
      expect(await touch(app, "Odd visitor", "k", 60)).toBeInstanceOf(Date);
      for (const sql of [
        "select from carts",
        "select from session",
        `select from lastwill."Odd visitor"`,
        "select from lastwill.owned",
      ])
        await expect(app.query(sql)).rejects.toMatchObject({ code: "42501" });
    }));

  test("another role is told which right it lacks", () =>
    withRole(async (db) => {
      const other = await db.connect();
      await other.query(`set session authorization other_${db.name}`);
      const error = await failure(adopt(other, "session", "the-old-sid", "the-new-sid"));
      expect(error).toMatchObject({ name: "TieError", code: "42501" });
      expect(error.message).toContain("`grants: {tie: [role]}`");
    }));
});

/** The error that a call is to fail with. */
async function failure(call: Promise<unknown>): Promise<TieError> {
  const error = await call.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(TieError);
  return error as TieError;
}

/** Nowhere in the error, however it is printed. */
function expectNoKey(error: Error, ...keys: string[]): void {
  const { message, stack, ...rest } = error;
  const all = `${message} ${JSON.stringify(rest)} ${String(error.cause)} ${Object.values(error)}`;
  for (const key of [...keys, "the-old-sid", "the-new-sid"]) expect(all).not.toContain(key);
  expect(stack?.split("\n    at ")[0]).not.toContain(keys[0] ?? "the-old-sid");
}
