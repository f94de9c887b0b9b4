import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import {
  advance,
  type Generated,
  generateFrom,
  inFolder,
  nothing,
  run,
  write,
} from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";

/** Less than the other transaction holds on: nobody waits behind a migration that waits for it. */
const LONGEST_MS = 1_500;
const HELD_MS = 2_000;
const WRITERS = 3;

const SCHEMA = `
  create table sessions (
    sid text primary key,
    data jsonb not null,
    expires_at timestamptz not null default now() + interval '1 day'
  );
  create table carts (
    id bigint generated always as identity primary key,
    session_sid text references sessions on delete cascade
  );
  create table cart_items (
    id bigint generated always as identity primary key,
    cart_id bigint not null references carts
  );
  create table drafts (id bigint primary key, deleted_at timestamptz);
  create table documents (id bigint primary key);
  create table session_documents (session_sid text not null, document_id bigint not null);
  create table notes (id bigint primary key, owner_id text, owner_type text);
  insert into sessions values ('held', '{}');
  insert into carts (session_sid) values ('held');
  insert into cart_items (cart_id) select id from carts;
  insert into drafts values (0);
  insert into documents values (0);
  insert into notes values (0)`;

function manifest(owns: readonly object[], name = "session", was?: string): string {
  const owner = { table: "sessions", expires: "expires_at", data: { column: "data" }, owns };
  return JSON.stringify({ cron: "none", owners: { [name]: { ...owner, ...(was && { was }) } } });
}

const CARTS = { table: "carts", by: "session_sid", owns: [{ table: "cart_items", by: "cart_id" }] };
const DRAFTS = { table: "drafts", from: "draft" };
const DOCUMENTS = {
  table: "documents",
  through: { table: "session_documents", owner: "session_sid", owned: "document_id" },
};
const NOTES = {
  table: "notes",
  by: { column: "owner_id", type_column: "owner_type", type: "Session" },
};

/** An installation with every kind of edge, another policy and name for each, and edges that go. */
const MANIFESTS = [
  manifest([CARTS, DRAFTS, DOCUMENTS, NOTES]),
  manifest(
    [
      { ...CARTS, grace: "1 hour", name: "basket", was: "carts" },
      { ...DRAFTS, on_delete: { soft_delete: "deleted_at" }, grace: "1 hour" },
      { ...DOCUMENTS, grace: "1 hour" },
      NOTES,
    ],
    "visitor",
    "session",
  ),
  manifest([{ ...DRAFTS, from: "drafts[]" }], "visitor"),
];

test(
  `every migration, up and down, beside ${WRITERS} writers and a transaction that holds on for 2 s, stops no write for long and loses no row`,
  () =>
    withDatabase((db) =>
      inFolder(async (folder) => {
        await db.query(SCHEMA);
        let generated: Generated = nothing;
        for (const text of MANIFESTS) {
          const { files, lock } = await generateFrom(db, text, generated);
          write(folder, files);
          for (const { name } of files)
            await underTraffic(db, `up ${name}`, () => run(db, folder, "up", 1));
          generated = { files: [...generated.files, ...files], lock };
        }
        for (const { name } of generated.files.toReversed())
          await underTraffic(db, `down ${name}`, () => run(db, folder, "down", 1));
        expect(await db.query("select from pg_namespace where nspname = 'lastwill'")).toEqual([]);
        await advance({ db, folder }, MANIFESTS.at(-1) ?? "", generated);
      }),
    ),
  300_000,
);

/** Nobody is refused, nobody waits long, and what nobody has deleted is there. */
async function underTraffic(
  db: TestDatabase,
  what: string,
  migrate: () => Promise<number>,
): Promise<void> {
  const stop = new AbortController();
  const held = hold(db);
  const writers = Array.from({ length: WRITERS }, () => writer(db, stop.signal));
  try {
    await sleep(200);
    expect(await migrate()).toBe(1);
    await held;
    await sleep(100);
  } finally {
    stop.abort();
    await Promise.allSettled([held, ...writers]);
  }
  for (const { longest, written, slowest } of await Promise.all(writers)) {
    expect(longest, `${what}: ${slowest}`).toBeLessThan(LONGEST_MS);
    expect(written, what).toBeGreaterThan(10);
  }
  expect(await db.query(LOST), what).toEqual([]);
}

/** A transaction that has written to every table and takes its time. */
async function hold(db: TestDatabase): Promise<void> {
  const client = await db.connect();
  await client.query("begin");
  await client.query("update sessions set data = data where sid = 'held'");
  await client.query("update carts set session_sid = session_sid where session_sid = 'held'");
  for (const table of ["cart_items", "drafts", "documents", "notes"])
    await client.query(`select from ${table} order by id limit 1 for update`);
  await sleep(HELD_MS);
  await client.query("commit");
  await client.end();
}

interface Writing {
  /** Milliseconds of the longest statement, and which it was. */
  readonly longest: number;
  readonly slowest: string;
  readonly written: number;
}

let keys = 0;

/** An application that also tidies up after itself, as it did before. */
async function writer(db: TestDatabase, signal: AbortSignal): Promise<Writing> {
  const client = await db.connect();
  let [longest, slowest, written] = [0, "", 0];
  const timed = async (sql: string, params: readonly unknown[] = []) => {
    const start = performance.now();
    await client.query(sql, [...params]);
    const took = performance.now() - start;
    if (took > longest) [longest, slowest] = [took, `${took.toFixed(0)} ms: ${sql}`];
  };
  while (!signal.aborted) {
    await visit(timed, ++keys);
    written += 1;
    // Without a pause three of them keep a processor from the tests beside this one.
    await sleep(5);
  }
  await client.end();
  return { longest, slowest, written };
}

/** A session with something of every kind; every second one is deleted again. */
async function visit(
  timed: (sql: string, params?: readonly unknown[]) => Promise<void>,
  key: number,
): Promise<void> {
  const sid = `s${key}`;
  await timed("insert into drafts (id) values ($1)", [key]);
  await timed("insert into documents values ($1)", [key]);
  await timed("insert into sessions (sid, data) values ($1, $2)", [
    sid,
    { draft: key, drafts: [key] },
  ]);
  await timed("insert into session_documents values ($1, $2)", [sid, key]);
  await timed("insert into notes values ($1, $2, 'Session')", [key, sid]);
  await timed(
    "with cart as (insert into carts (session_sid) values ($1) returning id) insert into cart_items (cart_id) select id from cart",
    [sid],
  );
  await timed("update sessions set expires_at = now() + interval '2 days' where sid = $1", [sid]);
  if (key % 2 === 0) return;
  await timed("delete from session_documents where session_sid = $1", [sid]);
  await timed("delete from documents where id = $1", [key]);
  await timed("delete from notes where id = $1", [key]);
  await timed(
    "delete from cart_items where cart_id in (select id from carts where session_sid = $1)",
    [sid],
  );
  await timed("delete from carts where session_sid = $1", [sid]);
  await timed("delete from sessions where sid = $1", [sid]);
  await timed("delete from drafts where id = $1", [key]);
}

/** Rows of sessions that are there, and that are not there themselves. */
const LOST = `
  select sid
  from sessions
  cross join lateral (select substr(sid, 2)::bigint as key where sid <> 'held') as own
  where not exists (select from carts join cart_items on cart_id = carts.id where session_sid = sid)
    or not exists (select from drafts where id = key and deleted_at is null)
    or not exists (select from documents where id = key)
    or not exists (select from session_documents where session_sid = sid)
    or not exists (select from notes where id = key and owner_id = sid)`;
