import { describe, expect, test } from "vitest";
import { column, type Installed, withInstalled } from "../support/installed.ts";

const SCHEMA = `
  create table session (sid text primary key, sess jsonb, draft_id bigint, expires_at timestamptz);
  create table carts (id serial primary key, session_sid text, user_id bigint);
  create table drafts (id bigint primary key);
  create table notes (id smallint primary key, owner_id text, owner_type text);
  create table documents (id integer primary key);
  create table session_documents (session_sid text, document_id integer);
  create table uploads (id uuid primary key);`;

const MANIFEST = `
cron: none
owners:
  session:
    table: session
    data: { column: sess }
    expires: expires_at
    sweep: { hold_over: 1 }
    owns:
      - { table: carts, by: session_sid, keep_when: user_id is not null }
      - { table: drafts, from: { column: draft_id }, grace: 0 }
      - { table: notes, by: { column: owner_id, type_column: owner_type, type: Session } }
      - { table: documents, through: { table: session_documents, owner: session_sid, owned: document_id }, grace: 0 }
      - { table: uploads, from: "uploads[]" }`;

const UUID = "11111111-1111-4111-8111-1111111111";

/** Rows of the sessions l1, l2 and e1, e2, of which the latter have expired, with one of each kind. */
const ROWS = `
  insert into uploads select ('${UUID}' || n)::uuid from generate_series(10, 10 + $1::integer) as n;
  insert into drafts select n from generate_series(1, 4) as n;
  insert into documents select n from generate_series(1, 4) as n;
  insert into session
  select
    sid, '{}', n, now() + case when n < 3 then interval '1 day' else interval '-1 hour' end
  from unnest(array['l1', 'l2', 'e1', 'e2']) with ordinality as given (sid, n);
  insert into carts (session_sid) select sid from session;
  insert into notes select draft_id, sid, 'Session' from session;
  insert into session_documents select sid, draft_id from session`;

/** So many uploads wait out their grace, and the server knows the queue. */
async function waiting(db: Installed, n: number): Promise<void> {
  for (const statement of ROWS.replace("$1", String(n - 1)).split(";")) await db.query(statement);
  await db.query(`
    insert into session
    select 'gone', jsonb_build_object('uploads', jsonb_agg(id)), null, now() + interval '1 day' from uploads`);
  await db.query("delete from session where sid = 'gone'");
  expect(await column(db, "select count(*)::integer from lastwill.released")).toEqual([n]);
  await db.query("vacuum analyze lastwill.released");
}

const LEFT = `
  select 'carts ' || count(*) from carts
  union all select 'drafts ' || count(*) from drafts
  union all select 'notes ' || count(*) from notes
  union all select 'documents ' || count(*) from documents`;

describe.each([1, 40, 80])("while %i keys of another type wait in the queue", (n) => {
  test("a plain delete ends what the session owned, and so does the sweep", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await waiting(db, n);
      await db.query("delete from session where sid = 'l1'");
      expect(await column(db, LEFT)).toEqual(["carts 3", "drafts 3", "notes 3", "documents 3"]);
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sqlstate from lastwill.quarantine")).toEqual([]);
      expect(await column(db, LEFT)).toEqual(["carts 1", "drafts 1", "notes 1", "documents 1"]);
      expect(
        await column(db, "select edge from lastwill.released where edge <> 'session.uploads'"),
      ).toEqual([]);
    }));

  test("the sweep of what waits tells its own from the others'", () =>
    withInstalled({ schema: SCHEMA, manifest: MANIFEST }, async (db) => {
      await waiting(db, n);
      await db.query("update lastwill.released set due_at = now()");
      await db.query(`
        insert into lastwill.released (edge, owned_key, owner_key, due_at)
        select 'session.carts', id, 'x', now() from carts`);
      await db.query("vacuum analyze lastwill.released");
      await db.query("call lastwill.sweep()");
      expect(await column(db, "select sqlstate from lastwill.quarantine")).toEqual([]);
      expect(await column(db, "select edge from lastwill.released")).toEqual([]);
      expect(await column(db, "select count(*)::integer from uploads")).toEqual([0]);
    }));
});
