import { expect, test } from "vitest";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { withInstalled } from "../support/installed.ts";
import { resolveManifest } from "../support/resolved.ts";

const SCHEMA = `
  create table session (sid text primary key, sess jsonb, cart_id bigint, expires_at timestamptz);
  create table carts (id bigint primary key, session_sid text);
  create table session_carts (
    session_sid text not null references session on delete cascade,
    cart_id bigint not null references carts on delete cascade
  );
  create table orders (id bigint primary key, cart_id bigint references carts);`;

const TIES = {
  by: "by: session_sid",
  path: "from: cartId, grace: 0",
  pointer: "from: { column: cart_id }, grace: 0",
  through: "through: { table: session_carts, owner: session_sid, owned: cart_id }, grace: 0",
};

const KEEP = "exists (select from orders where orders.cart_id = carts.id)";

const manifest = (edge: string, more = "") => `
cron: none
owners:
  session:
    table: session
    data: { column: sess }
    expires: expires_at
    sweep: { hold_over: 1 }
    owns:
      - { table: carts, ${edge}${more} }`;

/** Two sessions that name a cart each, the second of which was ordered. */
const ROWS = `
  insert into carts select n, null from generate_series(1, 2) as n;
  insert into orders values (1, 2);
  insert into session
  select n, jsonb_build_object('cartId', n), n, now() + interval '1 hour' from generate_series(1, 2) as n;
  update carts set session_sid = id;
  insert into session_carts select n, n from generate_series(1, 2) as n;`;

const ENDS = {
  "the sweep": "update session set expires_at = now() - interval '1 hour'; call lastwill.sweep()",
  "a plain delete": "delete from session",
};

const ids = async (db: TestDatabase, table: string) =>
  (await db.query(`select id from ${table} order by id`)).map(({ id }) => Number(id));

for (const [kind, edge] of Object.entries(TIES)) {
  test.each(Object.entries(ENDS))(
    `a cart that an order refers to stays, ${kind}, when sessions end by %s`,
    (_, end) =>
      withInstalled(
        { schema: SCHEMA, manifest: manifest(edge, `, keep_when: ${KEEP}`) },
        async (db) => {
          await db.query(ROWS);
          for (const statement of end.split("; ")) await db.query(statement);
          expect(await db.query("select sid from session")).toEqual([]);
          expect(await ids(db, "carts")).toEqual([2]);
          expect(await db.query("select id::integer, cart_id::integer from orders")).toEqual([
            { id: 1, cart_id: 2 },
          ]);
          expect(await db.query("select * from lastwill.quarantine")).toEqual([]);
        },
      ),
  );
}

test("preview says that it stays, and that nothing is blocked", () =>
  withInstalled(
    { schema: SCHEMA, manifest: manifest(TIES.by, `, keep_when: ${KEEP}`) },
    async (db) => {
      await db.query(ROWS);
      const preview = `select edge, action, sample, blocked_by, reason from lastwill.preview('session', '2')`;
      expect(await db.query(preview)).toEqual([
        { edge: "session", action: "end", sample: ["2"], blocked_by: null, reason: null },
        {
          edge: "session.carts",
          action: "keep",
          sample: ["2"],
          blocked_by: null,
          reason: "keep_when holds",
        },
      ]);
    },
  ));

test("an order that is being made keeps its cart too", () =>
  withInstalled(
    { schema: SCHEMA, manifest: manifest(TIES.by, `, keep_when: ${KEEP}`) },
    async (db) => {
      await db.query(ROWS);
      const shopper = await db.connect();
      await shopper.query("begin; insert into orders values (2, 1)");
      const ending = db.query("delete from session where sid = '1'");
      await new Promise((done) => setTimeout(done, 300));
      await shopper.query("commit");
      // Whichever way it goes, nobody's order is without its cart.
      await ending.catch((error: { code: string }) => expect(error.code).toBe("23503"));
      expect(await ids(db, "carts")).toEqual([1, 2]);
      await db.query("delete from session where sid = '1'");
      expect(await ids(db, "carts")).toEqual([1, 2]);
    },
  ));

test("a foreign key that no keep_when asks is a fault, and is told with what may be done", () =>
  withDatabase(async (db) => {
    await db.query(SCHEMA);
    const faults = async (edges: string) =>
      (await resolveManifest(db, manifest(edges))).faults.map(({ what, fix }) => [what, fix]);
    const stops = "orders.cart_id refers to carts and would stop its rows from ending";
    const declare =
      "declare orders as an edge (by: cart_id): its rows are then deleted too; with on_delete: set_null they stay, and lose their cart_id.";
    expect(await faults(TIES.by)).toEqual([
      [stops, `Keep the rows that it refers to (keep_when: ${KEEP}), or ${declare}`],
    ]);
    expect(await faults(`${TIES.by}, keep_when: id > 5`)).toEqual([
      [stops, `Keep the rows that it refers to (add to keep_when: or ${KEEP}), or ${declare}`],
    ]);
    expect(await faults(`${TIES.by}, keep_when: "id > 5 or ${KEEP}"`)).toEqual([]);
    // That it is in the text is not enough: it has to be read.
    expect(await faults(`${TIES.by}, keep_when: "carts.session_sid = 'orders'"`)).toHaveLength(1);
  }));

test("rows that refer to others of their own table are told how these let go", () =>
  withDatabase(async (db) => {
    await db.query(`${SCHEMA} alter table carts add parent_id bigint references carts`);
    const edge = `${TIES.by}, keep_when: ${KEEP}`;
    const { faults } = await resolveManifest(db, manifest(edge));
    expect(faults.map(({ what }) => what)).toEqual([
      "carts.parent_id refers to carts and would stop its rows from ending",
    ]);
    const statement = /^Have it let go: (.*)\.$/.exec(faults[0]?.fix ?? "")?.[1] ?? "";
    await db.query(statement);
    expect((await resolveManifest(db, manifest(edge))).faults).toEqual([]);
  }));

test("the advice names the table that refers, and not another of its name", () =>
  withDatabase(async (db) => {
    await db.query(`${SCHEMA}
      create schema before;
      create table before.orders (id bigint, cart_id bigint);
      alter database ${db.name} set search_path to before, public`);
    const { faults } = await resolveManifest(db, manifest(TIES.by));
    expect(faults[0]?.fix).toContain(
      "keep_when: exists (select from public.orders where orders.cart_id = carts.id)",
    );
  }));
