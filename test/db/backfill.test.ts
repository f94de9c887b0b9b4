import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { describe, expect, test } from "vitest";
import { advance, generateFrom, inFolder, nothing, run, write } from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { column, login, SHOP_SCHEMA, value } from "../support/installed.ts";
import { newSeed, randomness } from "../support/randomness.ts";
import { type Unfinished, withUnfinished } from "../support/unfinished.ts";

const CALL = "call lastwill.session_backfill()";

/** Sessions s1000 … s2999, in this order, each of which names a draft from before the triggers were there. */
const BEFORE = `
  insert into drafts (id) select generate_series(1, 9999);
  insert into session
  select 's' || n, json_build_object('draftId', n), 'infinity' from generate_series(1000, 2999) as n`;

const named = (run: (db: Unfinished) => Promise<void>) => withUnfinished({ before: BEFORE }, run);

/** Links that no data names, and names without a link. */
const wrongLinks = (db: TestDatabase) =>
  column(
    db,
    `with named as (
       select sid::text as sid, (sess ->> 'draftId')::bigint as id
       from session
       where sess ->> 'draftId' is not null
     ),
     linked as (select owner_key as sid, owned_key as id from lastwill.session_drafts)
     select 'not linked: ' || named.sid from named left join linked using (sid, id)
     where linked.sid is null
     union all
     select 'not named: ' || linked.sid from linked left join named using (sid, id)
     where named.sid is null
     order by 1
     limit 10`,
  );

const pidOf = (client: pg.Client) => (client as unknown as { processID: number }).processID;

const CUTS = {
  "the end of its connection": "select pg_terminate_backend($1)",
  "a cancelled statement": "select pg_cancel_backend($1)",
};

/** Holds on to a session, as an application does, until it is told to let go. */
async function holds(db: Unfinished, sid: string): Promise<() => Promise<unknown>> {
  const holder = await db.connect();
  await holder.query("begin");
  await holder.query("select from session where sid = $1 for update", [sid]);
  return () => holder.query("commit");
}

/** How a call of the backfill ended. */
async function outcome(calling: Promise<unknown>): Promise<string> {
  return calling.then(
    () => "done",
    () => "cut off",
  );
}

/** Waits until the backfill has done all before the session that is held. */
async function arrived(db: Unfinished, last: string): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if ((await value(db, "select last_key from lastwill.backfill")) === last) return;
    await sleep(25);
  }
  throw new Error(`the backfill does not come to ${last}`);
}

describe("a backfill that is cut off by", () => {
  for (const [cut, sql] of Object.entries(CUTS)) {
    test(`${cut} goes on where it was, and begins anew when it has come to the end`, () =>
      named(async (db) => {
        const [client, release] = [await db.connect(), await holds(db, "s2500")];
        const calling = outcome(client.query(CALL));
        await arrived(db, "s2499");
        await db.query(sql, [pidOf(client)]);
        expect(await calling).toBe("cut off");
        await release();
        expect(await value(db, "select count(*)::integer from lastwill.session_drafts")).toBe(1500);

        // A mark: who begins anew makes this link again.
        await db.query("delete from lastwill.session_drafts where owner_key = 's1100'");
        await db.query(CALL);
        expect(await wrongLinks(db)).toEqual(["not linked: s1100"]);
        expect(await column(db, "select name from lastwill.backfill")).toEqual([]);
        await db.query(CALL);
        expect(await wrongLinks(db)).toEqual([]);
      }));

    test(`${cut} in the middle of a migration goes on when that is run again`, () =>
      named(async (db) => {
        const [client, release] = [await db.connect(), await holds(db, "s2500")];
        const finishing = outcome(db.finish(client));
        await arrived(db, "s2499");
        await db.query(sql, [pidOf(client)]);
        expect(await finishing).toBe("cut off");
        await release();
        await db.query("delete from lastwill.session_drafts where owner_key = 's1100'");
        await db.finish();
        expect(await wrongLinks(db)).toEqual(["not linked: s1100"]);
      }));
  }
});

test("many links are analyzed when all are made, for the first sweep to find them by their index", () =>
  named(async (db) => {
    const counted = "select reltuples::integer from pg_class where oid = $1::regclass";
    const rows = (table: string) => value(db, counted, [`lastwill.${table}`]);
    expect(await rows("session_drafts")).toBe(-1);
    await db.query(CALL);
    expect(await rows("session_drafts")).toBe(2000);
  }));

test("a backfill that was cut off begins anew when it is told to", () =>
  named(async (db) => {
    await db.query("update lastwill.backfill set last_key = 's2000'");
    await db.query("call lastwill.session_backfill(anew => true)");
    expect(await wrongLinks(db)).toEqual([]);
  }));

test("a session that an application holds for a while is waited for, and not left out", () =>
  named(async (db) => {
    const release = await holds(db, "s1500");
    let done = false;
    const finishing = db.finish().then(() => {
      done = true;
    });
    await arrived(db, "s1499");
    await sleep(2000);
    expect(done).toBe(false);
    // Nobody else is kept from writing meanwhile, not even right beside it.
    await db.query("set lock_timeout = '500ms'");
    await db.query("update session set expire = 'infinity' where sid in ('s1499', 's1501')");
    await login(db, "s1500b", { draftId: 5 });
    await release();
    await finishing;
    expect(await wrongLinks(db)).toEqual([]);
  }));

test("a session that is given another key meanwhile, forwards or back, is tied once, and no other is missed", () =>
  named(async (db) => {
    const [caller, release] = [await db.connect(), await holds(db, "s1500")];
    const calling = caller.query(CALL);
    await arrived(db, "s1499");
    await db.query("update session set sid = 'a' where sid = 's2700'");
    await db.query("update session set sid = 'z' where sid = 's1200'");
    await db.query("update session set sid = 's1499a' where sid = 's1501'");
    await release();
    await calling;
    expect(await wrongLinks(db)).toEqual([]);
    expect(await value(db, "select count(*)::integer from lastwill.session_drafts")).toBe(2000);
    expect(await column(db, "select owned_key from lastwill.released")).toEqual([]);
  }));

test("a session whose key changes under the eyes of a batch does not carry it along", () =>
  named(async (db) => {
    const [renamer, caller] = [await db.connect(), await db.connect()];
    await renamer.query("begin; update session set sid = 'z' where sid = 's1200'");
    const calling = caller.query(CALL);
    await waits(db, caller);
    await renamer.query("commit");
    await calling;
    expect(await wrongLinks(db)).toEqual([]);
  }));

/** Until a connection waits for a lock. */
async function waits(db: TestDatabase, client: pg.Client): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const blocked = "select cardinality(pg_blocking_pids($1)) > 0";
    if (await value(db, blocked, [pidOf(client)])) return;
    await sleep(5);
  }
  throw new Error("the connection waits for no lock");
}

test("two calls at once share the work, and both come to an end", () =>
  named(async (db) => {
    const clients = [await db.connect(), await db.connect(), await db.connect()];
    await Promise.all(clients.map((client) => client.query(CALL)));
    expect(await wrongLinks(db)).toEqual([]);
    expect(await column(db, "select name from lastwill.backfill")).toEqual([]);
  }));

test("a new edge is filled from the start, though a backfill was cut off before", () =>
  withDatabase((db) =>
    inFolder(async (folder) => {
      await db.query(`${SHOP_SCHEMA} alter table carts add draft_id bigint, add photo uuid;`);
      const edges = (more: string) => `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns:
      - table: carts
        by: session_sid
        owns: [{ table: cart_items, by: cart_id }, { table: drafts, from: { column: draft_id } }${more}]`;
      const before = await advance({ db, folder }, edges(""), nothing);
      await db.query(`
        insert into drafts (id) values (7);
        insert into uploads (id) select ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid
        from generate_series(1, 20) as n;
        insert into carts (draft_id, photo) select 7, id from uploads order by id;
        insert into lastwill.backfill (name, last_key) values ('session_carts_backfill', '9')`);
      await advance({ db, folder }, edges(", { table: uploads, from: { column: photo } }"), before);
      expect(
        await column(db, "select owner_key::integer from lastwill.session_uploads order by 1"),
      ).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));

      // By the number that the key is, not by its text: after 9 comes 10.
      await db.query("delete from lastwill.session_uploads");
      await db.query(
        "insert into lastwill.backfill (name, last_key) values ('session_carts_backfill', '9')",
      );
      await db.query("call lastwill.session_carts_backfill()");
      expect(
        await column(db, "select owner_key::integer from lastwill.session_uploads order by 1"),
      ).toEqual(Array.from({ length: 11 }, (_, index) => index + 10));
    }),
  ));

describe("beside an application that makes, ends, changes and renames sessions", () => {
  const seed = newSeed();

  test(`a backfill cut off again and again ties what the data names, no more and no less (seed ${seed})`, () =>
    named(async (db) => {
      let running = true;
      const clients = await Promise.all([1, 2, 3].map(() => db.connect()));
      const writing = clients.map((client, number) => writes(client, seed + number, () => running));
      const random = randomness(seed);
      let [cuts, ended] = [0, "cut off"];
      while (ended === "cut off") {
        const client = await db.connect();
        const calling = outcome(client.query(CALL));
        if (cuts < 12) {
          await sleep(20 + random(150));
          await db.query(Object.values(CUTS)[random(2)] ?? "", [pidOf(client)]);
          cuts += 1;
        }
        ended = await calling;
      }
      running = false;
      await Promise.all(writing);
      expect(cuts).toBeGreaterThan(0);
      expect(await wrongLinks(db)).toEqual([]);
    }));
});

/** Writes to sessions, one transaction after the other, until it is told to stop. */
async function writes(client: pg.Client, seed: number, isRunning: () => boolean): Promise<void> {
  const random = randomness(seed);
  const some = () => `s${1000 + random(2000)}`;
  const statements: readonly (() => [string, unknown[]])[] = [
    () => ["delete from session where sid = $1", [some()]],
    () => [
      "insert into session values ($1, json_build_object('draftId', $2::integer), 'infinity') on conflict do nothing",
      [some(), 1 + random(9999)],
    ],
    () => [
      "update session set sess = json_build_object('draftId', $2::integer) where sid = $1",
      [some(), 1 + random(9999)],
    ],
    () => [
      `update session set sid = $2
       where sid = $1 and not exists (select from session where sid = $2)`,
      [some(), some()],
    ],
    () => ["update session set sess = '{}' where sid = $1", [some()]],
  ];
  while (isRunning()) {
    const [sql, values] = statements[random(statements.length)]?.() ?? ["", []];
    await client.query(sql, values).catch((error: { code?: string }) => {
      // Two writers may choose one new key.
      if (error.code !== "23505") throw error;
    });
  }
}

describe("until the backfill has come to its end", () => {
  const drafts = (db: TestDatabase) => column(db, "select id::integer from drafts order by id");
  const BOTH_NAME_IT = {
    before: `
      insert into drafts (id) values (1), (2);
      insert into session values ('old', '{"draftId": 1}', 'infinity')`,
  };

  test("no row ends that somebody may name since before the triggers were there", () =>
    withUnfinished(BOTH_NAME_IT, async (db) => {
      await db.query(`
        insert into session values ('new', '{"draftId": 1}', now() - interval '1 hour');
        insert into session values ('other', '{"draftId": 2}', now() - interval '1 hour')`);
      await db.query("delete from session where sid in ('new', 'other')");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2]);

      await db.finish();
      await db.query("update lastwill.released set due_at = now()");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1]);
      await db.query("update session set expire = now()");
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([]);
    }));

  test("nor one that is named by another path from now on", () =>
    withDatabase((db) =>
      inFolder(async (folder) => {
        const by = (path: string) => `
cron: none
owners:
  session:
    store: connect-pg-simple
    sweep: { hold_over: 1 }
    owns: [{ table: drafts, from: ${path} }]`;
        await db.query(SHOP_SCHEMA);
        const before = await advance({ db, folder }, by("draftId"), nothing);
        await db.query(`
          insert into drafts (id) values (1);
          insert into session values ('a', '{"draft": {"id": 1}}', 'infinity');
          insert into session values ('b', '{"draftId": 1}', now() + interval '1 hour')`);
        const { files } = await generateFrom(db, by("draft.id"), before);
        write(folder, files);
        expect(await run(db, folder, "up", files.length - 1)).toBe(files.length - 1);
        await db.query(`insert into session values ('c', '{"draft": {"id": 1}}', now())`);
        await db.query("delete from session where sid = 'c'");
        await db.query("call lastwill.sweep()");
        expect(await drafts(db)).toEqual([1]);
        await run(db, folder, "up");
        await db.query("update lastwill.released set due_at = now()");
        await db.query("call lastwill.sweep()");
        expect(await drafts(db)).toEqual([1]);
        await db.query("delete from session where sid = 'a'");
        await db.query("update lastwill.released set due_at = now()");
        await db.query("call lastwill.sweep()");
        expect(await drafts(db)).toEqual([]);
      }),
    ));
});
