import { expect, test } from "vitest";
import { UsageError } from "../../src/exit.ts";
import {
  advance,
  type Generated,
  generateFrom,
  inFolder,
  nothing,
  run,
  schemaBesideRunner,
} from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { column, value } from "../support/installed.ts";

const SESSIONS = `(
    sid text primary key,
    data jsonb not null default '{}',
    expires_at timestamptz not null default now() + interval '1 hour'
  )`;
const SCHEMA = `
  create table sessions ${SESSIONS};
  create table web_sessions ${SESSIONS};
  create table carts (id bigint primary key, session_sid text, other_sid text);
  create table drafts (id bigint primary key, code bigint unique);
  create table uploads (id bigint primary key, sid text)`;

function manifest(owns: object[], table = "sessions"): string {
  const session = { table, expires: "expires_at", data: { column: "data" }, owns };
  return JSON.stringify({ cron: "none", owners: { session } });
}

test("an owner in another table: what its rows name is tied before anything of theirs ends", () =>
  changed(
    {
      rows: `
        insert into drafts (id) values (8), (9);
        insert into sessions values ('b', '{"d": 8}');
        insert into web_sessions values ('b', '{"d": 8}'), ('c', '{"d": 8}'), ('e', '{"d": 9}')`,
      from: manifest([{ table: "drafts", from: "d" }]),
      to: manifest([{ table: "drafts", from: "d" }], "web_sessions"),
    },
    async (db) => {
      await db.query("update web_sessions set expires_at = now() where sid in ('b', 'e')");
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sid from web_sessions")).toEqual(["c"]);
      expect(await column(db, "select id::integer from drafts")).toEqual([8]);
    },
  ));

test.each([
  {
    what: "another table that sessions name",
    from: [{ name: "stuff", table: "drafts", from: "d" }],
    to: [{ name: "stuff", table: "uploads", from: "u" }],
  },
  {
    what: "another key of the same table",
    from: [{ table: "drafts", from: "d" }],
    to: [{ table: "drafts", from: "d", key: "code" }],
  },
  {
    what: "what another edge was, which became this one",
    from: [
      { name: "x", table: "drafts", from: "d" },
      { name: "y", table: "uploads", from: "u" },
    ],
    to: [
      { name: "y", table: "drafts", from: "d" },
      { name: "x", table: "uploads", from: "u" },
    ],
  },
  {
    what: "another table with a foreign key",
    from: [{ name: "stuff", table: "carts", by: "session_sid", grace: "1 hour" }],
    to: [{ name: "stuff", table: "uploads", by: "sid", grace: "1 hour" }],
  },
])(
  "an edge that comes to mean $what ends no row that it has not tied, either way",
  ({ from, to }) =>
    changed(
      {
        rows: `
        insert into drafts values (7, 70), (70, 7);
        insert into uploads values (7), (70);
        insert into sessions values ('a', '{"d": 7}');
        insert into carts values (7, 'a'), (70, null)`,
        leaving: "delete from sessions",
        from: manifest(from),
        to: manifest(to),
      },
      async (db, { files, back }) => {
        const counted = `
        select (select count(*) from drafts) + (select count(*) from uploads) + (select count(*) from carts)`;
        await sweepAll(db);
        expect(Number(await value(db, counted))).toBe(6);
        expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
        expect(files).toMatch(/any more: they stay|forgets what waits/);

        await db.query(`insert into sessions values ('b', '{"d": 70, "u": 70}')`);
        await db.query("delete from sessions");
        await back();
        await sweepAll(db);
        expect(Number(await value(db, counted))).toBe(6);
      },
    ),
);

test.each([
  { what: "another column", alter: "", by: "other_sid" },
  {
    what: "a column that was renamed",
    alter: "alter table carts rename column session_sid to sess_sid",
    by: "sess_sid",
  },
])("an edge by $what has its index, and the former one again on the way down", ({ alter, by }) =>
  changed(
    {
      rows: "insert into sessions values ('a'); insert into carts values (1, 'a')",
      leaving: alter,
      from: manifest([{ table: "carts", by: "session_sid" }]),
      to: manifest([{ table: "carts", by }]),
    },
    async (db, { before, back }) => {
      const indexed = `
        select attname from pg_attribute where attrelid = 'lastwill_session_carts_idx'::regclass`;
      expect(await column(db, indexed)).toEqual([by]);
      if (alter !== "") {
        await db.query("alter table carts rename column sess_sid to session_sid");
      }
      await back();
      expect(await column(db, indexed)).toEqual(["session_sid"]);
      expect(await schemaBesideRunner(db)).toBe(before);
    },
  ),
);

test("what is installed is not installed a second time because its lock is lost", () =>
  withDatabase(async (db) => {
    await db.query(SCHEMA);
    await inFolder(async (folder) => {
      const text = manifest([{ table: "carts", by: "session_sid" }]);
      await advance({ db, folder }, text, nothing);
      await expect(generateFrom(db, text, nothing)).rejects.toThrow(UsageError);
    });
  }));

interface Change {
  /** All that the second generation wrote. */
  readonly files: string;
  /** The schema before it. */
  readonly before: string;
  /** Takes the second generation back. */
  readonly back: () => Promise<void>;
}

/** A database in which one manifest was installed, and then another. */
function changed(
  options: { rows: string; leaving?: string; from: string; to: string },
  use: (db: TestDatabase, change: Change) => Promise<void>,
): Promise<void> {
  return withDatabase(async (db) => {
    await db.query(`${SCHEMA}; ${options.rows}`);
    await inFolder(async (folder) => {
      const first = await advance({ db, folder }, options.from, nothing);
      const before = await schemaBesideRunner(db);
      if (options.leaving) await db.query(options.leaving);
      const second = await advance({ db, folder }, options.to, first);
      const added = second.files.slice(first.files.length);
      const back = async () => void (await run(db, folder, "down", added.length));
      await use(db, { files: textOf(added), before, back });
    });
  });
}

function textOf(files: Generated["files"]): string {
  return files.map(({ text }) => text).join("\n");
}

async function sweepAll(db: TestDatabase): Promise<void> {
  await db.query("update lastwill.released set due_at = now()");
  await db.query("call lastwill.sweep()");
}
