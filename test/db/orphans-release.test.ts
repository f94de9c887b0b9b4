import { describe, expect, test } from "vitest";
import {
  column,
  drafts,
  type Installed,
  login,
  SHOP_MANIFEST,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

/** Hands over what lingers, and gives how many rows of each edge. */
async function release(
  db: Pick<Installed, "query">,
  edge: string | null = null,
  grace = "10 minutes",
): Promise<unknown> {
  const rows = await db.query("call lastwill.release_orphans($1, $2::interval, null)", [
    edge,
    grace,
  ]);
  return rows[0]?.["handed_over"];
}

/** Runs SQL as a restore does: no trigger and no foreign key of ours sees it. */
const unseen = (sql: string) =>
  `set session_replication_role = replica; ${sql}; set session_replication_role = origin`;

const waiting = (db: Installed) =>
  column(db, "select edge || ' ' || owned_key from lastwill.released order by 1");

describe("lastwill.release_orphans", () => {
  test("hands drafts that nobody names to the sweep, which ends them when the grace is over", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2), (3)");
      await login(db, "a", { draftId: 1 });
      expect(await release(db)).toEqual({ "session.drafts": 2 });
      expect(await waiting(db)).toEqual(["session.drafts 2", "session.drafts 3"]);
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2, 3]);
      await settle(db);
      expect(await drafts(db)).toEqual([1]);
      expect(await value(db, "select count(*)::integer from products")).toBe(5);
    }));

  test(
    "queues no row twice, and goes on with what is left when it was cut off",
    () =>
      withInstalled({}, async (db) => {
        await db.query("insert into drafts (id) select generate_series(1, 10000)");
        const client = await db.connect();
        const pid = (await client.query("select pg_backend_pid() as pid")).rows[0].pid;
        await db.query(`
        create function slow() returns trigger language plpgsql as
          'begin perform pg_sleep(0.00005); return new; end';
        create trigger slow before insert on lastwill.released
          for each row execute function slow()`);
        const cut = client.query("call lastwill.release_orphans()").catch((error) => error.code);
        for (let seen = 0; seen === 0; )
          seen = Number(await value(db, "select count(*) from lastwill.released"));
        await db.query("select pg_cancel_backend($1)", [pid]);
        expect(await cut).toBe("57014");
        await db.query("drop trigger slow on lastwill.released");
        const before = Number(await value(db, "select count(*) from lastwill.released"));
        expect(before).toBeGreaterThan(0);
        expect(before).toBeLessThan(10_000);
        expect(await release(db)).toEqual({ "session.drafts": 10_000 - before });
        expect(await release(db)).toEqual({});
        expect(
          await value(db, "select count(distinct owned_key)::integer from lastwill.released"),
        ).toBe(10_000);
        expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(10_000);
      }),
    60_000,
  );

  test("queues no row twice when two call it at once", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) select generate_series(1, 10000)");
      const clients = await Promise.all([db.connect(), db.connect()]);
      await Promise.all(clients.map((client) => client.query("call lastwill.release_orphans()")));
      expect(await value(db, "select count(*)::integer from lastwill.released")).toBe(10_000);
    }));

  test("takes one edge alone when it is named, and refuses a name or a grace that is none", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1); insert into uploads default values");
      expect(await release(db, "session.drafts")).toEqual({ "session.drafts": 1 });
      const refused = { code: "LW001" };
      await expect(release(db, "session.drafs")).rejects.toMatchObject({
        ...refused,
        message: 'there is no edge "session.drafs"',
      });
      await expect(release(db, null, "-1 minute")).rejects.toMatchObject(refused);
      expect(await release(db)).toEqual({ "session.uploads": 1 });
    }));

  test("refuses while a backfill is unfinished, for rows may be named that nobody tied yet", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1)");
      await db.query("insert into lastwill.backfill (name) values ('session_backfill')");
      await expect(release(db)).rejects.toMatchObject({
        code: "LW001",
        hint: "Let it come to its end: call lastwill.session_backfill();",
      });
      expect(await waiting(db)).toEqual([]);
      await db.query("call lastwill.session_backfill()");
      expect(await release(db)).toEqual({ "session.drafts": 1 });
    }));
});

describe("a live owner's row is never taken:", () => {
  test("one that a session names between the release and the sweep stays, and waits no more", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      await release(db, null, "0");
      await login(db, "a", { draftId: 1 });
      expect(await waiting(db)).toEqual(["session.drafts 2"]);
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1]);
    }));

  test("one that is just being made, or named, in an open transaction", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      const [making, naming] = [await db.connect(), await db.connect()];
      await making.query("begin; insert into drafts (id) values (3)");
      await naming.query("begin");
      await login(naming, "a", { draftId: 1 });

      expect(await release(db, null, "0")).toEqual({ "session.drafts": 2 });
      await db.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1]);

      await login(making, "b", { draftId: 3 });
      await making.query("commit");
      await naming.query("commit");
      await settle(db);
      expect(await drafts(db)).toEqual([1, 3]);
      expect(await waiting(db)).toEqual([]);
    }));

  test("one whose session was made unseen: nothing is released until the backfill has tied it; and a link of one that is gone holds nothing", () =>
    withInstalled({}, async (db) => {
      await db.query("insert into drafts (id) values (1), (2)");
      await login(db, "gone", { draftId: 2 });
      await db.query(
        unseen(`
          delete from session;
          insert into session values ('unseen', '{"draftId": 1}', now() + interval '1 hour')`),
      );
      const listed = await column(db, "select owned_key from lastwill.orphan order by 1");
      expect(listed).toEqual(["1", "2"]);
      const drift =
        "select drift || ' ' || owner_key || ' ' || owned_key from lastwill.drift order by 1";
      expect(await column(db, drift)).toEqual(["ownerless gone 2", "unlinked unseen 1"]);
      for (const edge of [null, "session.drafts"]) {
        await expect(release(db, edge, "0")).rejects.toMatchObject({
          code: "LW001",
          hint: "Tie anew, as the role that migrates: call lastwill.session_backfill(anew => true);",
        });
      }
      expect(await release(db, "session.uploads", "0")).toEqual({});
      await db.query("call lastwill.session_backfill(anew => true)");
      expect(await column(db, drift)).toEqual([]);
      await release(db, null, "0");
      await settle(db);
      expect(await drafts(db)).toEqual([1]);
    }));
});

describe("rows whose parent is not there", () => {
  const lingering = unseen(`
    insert into carts (session_sid) values ('gone'), ('gone'), (null);
    insert into cart_items (cart_id) values (1), (2), (99)`);

  test("of a foreign key that cascades go at once, with what hangs on them", () =>
    withInstalled({}, async (db) => {
      await login(db, "a");
      await db.query(lingering);
      await db.query("insert into carts (session_sid) values ('a')");
      expect(
        await column(db, "select edge || ' ' || owned_key from lastwill.orphan order by 1"),
      ).toEqual(["session.cart_items 3", "session.carts 1", "session.carts 2"].sort());
      expect(await release(db)).toEqual({ "session.carts": 2, "session.cart_items": 1 });
      expect((await column(db, "select id from carts order by 1")).map(Number)).toEqual([3, 4]);
      expect(await column(db, "select cart_id from cart_items")).toEqual([]);
      expect(await column(db, "select owned_key from lastwill.orphan")).toEqual([]);
    }));

  test("that something else holds on to stay, with a warning, and stop no other", () =>
    withInstalled({}, async (db) => {
      await db.query(lingering);
      await db.query(`
        create table invoices (cart_id bigint references carts);
        insert into invoices values (1)`);
      const client = await db.connect();
      const said: string[] = [];
      client.on("notice", ({ message }) => said.push(message ?? ""));
      const { rows } = await client.query("call lastwill.release_orphans('session.carts')");
      expect(rows[0].handed_over).toEqual({ "session.carts": 1 });
      expect((await column(db, "select id from carts order by 1")).map(Number)).toEqual([1, 3]);
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/^lastwill: a row of session\.carts that lingers cannot end \(23503/);
    }));

  test("that are decided one by one wait under their former owner's key, and may be adopted", () =>
    withInstalled(
      {
        manifest: SHOP_MANIFEST.replace(
          "by: session_sid",
          "by: session_sid\n        grace: 1 hour",
        ),
      },
      async (db) => {
        await login(db, "a");
        await db.query(unseen("insert into carts (session_sid) values ('gone'), ('gone2')"));
        expect(await release(db)).toEqual({ "session.carts": 2 });
        expect(await column(db, "select owner_key from lastwill.released order by 1")).toEqual([
          "gone",
          "gone2",
        ]);
        await db.query("select lastwill.adopt_session('gone', 'a')");
        await settle(db);
        expect(await column(db, "select session_sid from carts")).toEqual(["a"]);
      },
    ));

  test("that somebody else writes beside wait for him", () =>
    withInstalled({}, async (db) => {
      await db.query(lingering);
      const other = await db.connect();
      await other.query("begin");
      await login(other, "gone");
      const released = release(db, "session.carts");
      await other.query("commit");
      expect(await released).toEqual({});
      expect(await value(db, "select count(*)::integer from carts")).toBe(3);
    }));
});

const TIED_OTHERWISE = {
  schema: `
    create table session (
      sid varchar primary key, sess json not null, expire timestamp(6) not null
    );
    create table notes (id bigint primary key, owner_id text, owner_type text);
    create table documents (id bigint primary key, paid boolean, user_id bigint);
    create table session_documents (session_sid varchar, document_id bigint);
    create table photos (id bigint primary key);`,
  manifest: `
cron: none
owners:
  session:
    store: connect-pg-simple
    sweep: { hold_over: 1 }
    owns:
      - { table: notes, name: notes, by: { column: owner_id, type_column: owner_type, type: Session } }
      - table: documents
        through: { table: session_documents, owner: session_sid, owned: document_id }
        keep_when: paid
        claim: user_id
      - { table: photos, from: photoId, on_replace: keep }
  guest:
    managed: true
    owns:
      - { table: notes, by: { column: owner_id, type_column: owner_type, type: Guest } }`,
};

describe("of rows that are tied in other ways", () => {
  test("those of a join table and of a type column are found; kept, claimed and let go of on purpose are not", () =>
    withInstalled(TIED_OTHERWISE, async (db) => {
      await login(db, "a");
      await db.query(`
        insert into documents values (1, null, null), (2, true, null), (3, null, 7), (4, null, null), (5, null, null);
        insert into session_documents values ('a', 4);
        insert into photos values (1);
        insert into notes values (1, 'a', 'Session'), (2, 'gone', 'Session'), (3, 'x', 'Users'), (4, null, null)`);
      await db.query(unseen("insert into session_documents values ('gone', 5), ('gone', 4)"));
      expect(
        await column(db, "select edge || ' ' || owned_key from lastwill.orphan order by 1"),
      ).toEqual(["session.documents 1", "session.documents 5", "session.notes 2"]);
      // Two ties to somebody who is not there (one that goes lets go of document 5), and document 1.
      expect(await release(db)).toEqual({ "session.documents": 3, "session.notes": 1 });
      await settle(db);
      expect((await column(db, "select id from documents order by 1")).map(Number)).toEqual([
        2, 3, 4,
      ]);
      expect((await column(db, "select id from notes order by 1")).map(Number)).toEqual([1, 3, 4]);
      expect(await value(db, "select count(*)::integer from photos")).toBe(1);
    }));

  test("what a foreign key of others holds on to goes into quarantine, and stops nobody", () =>
    withInstalled(TIED_OTHERWISE, async (db) => {
      await db.query(`
        create table holders (document_id bigint references documents);
        insert into documents values (1), (2);
        insert into holders values (1)`);
      await release(db);
      await settle(db);
      expect((await column(db, "select id from documents")).map(Number)).toEqual([1]);
      expect(await column(db, "select key from lastwill.quarantine")).toEqual(["1"]);
    }));

  test("those of a managed owner only when the edge is named, for its sessions may not be told yet", () =>
    withInstalled(TIED_OTHERWISE, async (db) => {
      await db.query("insert into notes values (1, 'told', 'Guest'), (2, 'untold', 'Guest')");
      await db.query("select lastwill.touch_guest('told', '1 hour')");
      expect(await column(db, "select edge || owned_key from lastwill.orphan")).toEqual([
        "guest.notes2",
      ]);
      expect(await release(db)).toEqual({});
      expect(await release(db, "guest.notes", "0")).toEqual({ "guest.notes": 1 });
      await settle(db);
      expect((await column(db, "select id from notes")).map(Number)).toEqual([1]);
    }));
});
