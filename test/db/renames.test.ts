import { describe, expect, test } from "vitest";
import { readLock, writeLock } from "../../src/plan/lock.ts";
import type { Sql } from "../../src/sql/quote.ts";
import {
  advance,
  type Generated,
  inFolder,
  nothing,
  run,
  schemaBesideRunner,
} from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";

const SCHEMA = `
  create table sessions (
    sid text primary key,
    data jsonb not null default '{}',
    expires_at timestamptz not null
  );
  create table carts (id bigint primary key, session_sid text references sessions, kept boolean);
  create table cart_items (id bigint primary key, cart_id bigint not null references carts);
  create table drafts (id bigint primary key)`;

const ROWS = `
  insert into drafts values (1), (2), (3);
  insert into sessions values
    ('a', '{"draft": 1}', now() + interval '1 hour'),
    ('b', '{"draft": 2}', now() + interval '1 hour'),
    ('c', '{"draft": 3}', now() + interval '1 hour');
  insert into carts values (1, 'a'), (2, 'b');
  insert into cart_items values (1, 1), (2, 2)`;

function manifest(carts: object, drafts: object, owner = "session", more: object = {}): string {
  const owns = [
    { by: "session_sid", owns: [{ table: "cart_items", by: "cart_id" }], ...carts },
    { from: "draft", ...drafts },
  ];
  const sessions = { table: "sessions", expires: "expires_at", data: { column: "data" }, owns };
  return JSON.stringify({ cron: "none", owners: { [owner]: { ...sessions, ...more } } });
}

const FIRST = manifest({ table: "carts" }, { table: "drafts" });
const OTHER_NAMES = manifest(
  { table: "carts", name: "basket", was: "carts" },
  { table: "drafts", name: "paper", was: "drafts" },
  "visitor",
  { was: "session" },
);

describe("an owner and edges with other names", () => {
  test("keep what they tied, what waits, and the log; and again on the way down", () =>
    installed(FIRST, async (db, folder, first) => {
      await db.query("delete from sessions where sid = 'b'");
      await db.query("call lastwill.sweep()");
      const links = "select owner_key, owned_key from lastwill.";
      const [before, runs] = [await db.query(`${links}session_drafts`), await runsOf(db)];
      expect(before).toHaveLength(2);

      const second = await advance({ db, folder }, OTHER_NAMES, first);
      expect(await db.query(`${links}visitor_paper`)).toEqual(before);
      expect(await released(db)).toEqual([{ edge: "visitor.paper", owned_key: "2" }]);
      expect(await runsOf(db)).toEqual(runs.map((row) => ({ ...row, owner: "visitor" })));
      expect(textOf(second, first)).not.toMatch(/create table|add constraint|create index/);

      await run(db, folder, "down", second.files.length - first.files.length);
      expect(await db.query(`${links}session_drafts`)).toEqual(before);
      expect(await released(db)).toEqual([{ edge: "session.drafts", owned_key: "2" }]);
      expect(await runsOf(db)).toEqual(runs);

      await run(db, folder, "up");
      await db.query("update sessions set expires_at = now() where sid <> 'b'");
      await db.query("update lastwill.released set due_at = now()");
      await db.query("call lastwill.sweep()");
      expect(await left(db, "carts")).toEqual([]);
      expect(await left(db, "drafts")).toEqual([]);
    }));

  test("without `was` are others: their rows are tied anew, and what waited is forgotten", () =>
    installed(FIRST, async (db, folder, first) => {
      await db.query("delete from sessions where sid = 'b'");
      const forgetting = OTHER_NAMES.replaceAll(/,"was":"\w+"/g, "");
      const second = await advance({ db, folder }, forgetting, first);
      expect(await released(db)).toEqual([]);
      const hazards = second.files.flatMap((file) => file.hazards.map(({ text }) => text));
      expect(hazards).toContain(
        "ends no rows of public.drafts by session.drafts any more: they stay, also what waits in lastwill.released",
      );
      await db.query("update sessions set expires_at = now()");
      await db.query("call lastwill.sweep()");
      expect(await left(db, "carts")).toEqual([]);
      expect(await left(db, "drafts")).toEqual(["2"]);
    }));
});

describe("a table that was renamed in the database", () => {
  const RENAMES = "alter table carts rename to baskets; alter table drafts rename to papers";
  const BACK = "alter table baskets rename to carts; alter table papers rename to drafts";

  describe.each([
    ["goes on under its former edge name", { name: "carts" }, { name: "drafts" }],
    ["takes its edge's name along", { was: "carts" }, { was: "drafts" }],
  ])("%s", (_, carts, drafts) => {
    const second = manifest({ table: "baskets", ...carts }, { table: "papers", ...drafts });

    test("with its foreign keys, its indexes and its links", () =>
      installed(FIRST, async (db, folder, first) => {
        await db.query(RENAMES);
        const generated = await advance({ db, folder }, second, first);
        expect(textOf(generated, first)).not.toMatch(/create table|add constraint|create index/);
        await db.query("update sessions set expires_at = now()");
        await db.query("call lastwill.sweep()");
        expect(await left(db, "baskets")).toEqual([]);
        expect(await left(db, "papers")).toEqual([]);
      }));

    test("as if it had always had its name, and as it was when all is taken back", () =>
      installed(FIRST, async (db, folder, first) => {
        const before = await schemaBesideRunner(db);
        await db.query(RENAMES);
        const { files } = await advance({ db, folder }, second, first);
        expect(await schemaBesideRunner(db)).toBe(await freshDump(RENAMES, second));
        await run(db, folder, "down", files.length - first.files.length);
        await db.query(BACK);
        expect(await schemaBesideRunner(db)).toBe(before);
        await db.query("update sessions set expires_at = now()");
        await db.query("call lastwill.sweep()");
        expect(await left(db, "carts")).toEqual([]);
        expect(await left(db, "drafts")).toEqual([]);
      }));
  });
});

describe("a table of ours that a newer release makes otherwise", () => {
  test("keeps its rows both ways, and numbers the next ones on", () =>
    installed(FIRST, async (db, folder, first) => {
      await db.query("delete from sessions where sid = 'b'");
      const older = await withoutColumn(db, first);
      const released = "select edge, owned_key, id from lastwill.released order by id";
      const before = await db.query(released);

      const second = await advance({ db, folder }, FIRST, older);
      expect(await db.query(released)).toEqual(before);
      expect(await db.query("select from lastwill.released where released_at is null")).toEqual([]);
      await db.query("delete from sessions where sid = 'c'");
      const ids = (await db.query(released)).map(({ id }) => Number(id));
      expect(ids[1]).toBeGreaterThan(ids[0] ?? 0);

      await run(db, folder, "down", second.files.length - older.files.length);
      expect(await db.query("select id from lastwill.released")).toHaveLength(2);
    }));
});

/** As if the release that installed this had no column released_at in lastwill.released. */
async function withoutColumn(db: TestDatabase, { files, lock }: Generated): Promise<Generated> {
  await db.query("alter table lastwill.released drop column released_at");
  const { objects } = readLock(lock ?? "", "ownership.lock.json");
  const older = objects.map((object) =>
    object.id === "table lastwill.released"
      ? {
          ...object,
          create: object.create.map(
            (sql) =>
              sql
                .replace("  released_at timestamptz not null default now(),\n", "")
                .replace(/^comment on column lastwill\.released\.released_at .*\n/m, "") as Sql,
          ),
        }
      : object,
  );
  return { files, lock: writeLock({ objects: older, format: "node-pg-migrate" }) };
}

function installed(
  text: string,
  work: (db: TestDatabase, folder: string, generated: Generated) => Promise<void>,
): Promise<void> {
  return withDatabase((db) =>
    inFolder(async (folder) => {
      await db.query(SCHEMA);
      await db.query(ROWS);
      await work(db, folder, await advance({ db, folder }, text, nothing));
    }),
  );
}

function freshDump(renames: string, text: string): Promise<string> {
  return withDatabase((db) =>
    inFolder(async (folder) => {
      await db.query(`${SCHEMA}; ${renames}`);
      await advance({ db, folder }, text, nothing);
      return schemaBesideRunner(db);
    }),
  );
}

/** What was generated after the first files. */
function textOf({ files }: Generated, before: Generated): string {
  const [up = ""] = files
    .slice(before.files.length)
    .map(({ text }) => text)
    .join("\n")
    .split("-- Down Migration");
  return up;
}

function runsOf(db: TestDatabase) {
  return db.query("select owner, worker, batches from lastwill.sweep_run order by id");
}

function released(db: TestDatabase) {
  return db.query("select edge, owned_key from lastwill.released order by id");
}

async function left(db: TestDatabase, table: string): Promise<unknown[]> {
  return (await db.query(`select id::text from ${table} order by id`)).map(({ id }) => id);
}
