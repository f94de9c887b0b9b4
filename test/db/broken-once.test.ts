import { expect, test } from "vitest";
import {
  column,
  drafts,
  expire,
  type Installed,
  login,
  SHOP_MANIFEST,
  SHOP_SCHEMA,
  settle,
  withInstalled,
} from "../support/installed.ts";

// What a hostile reader once broke. Each is a law, or an error that reached the application.

const names = (draft: number) => JSON.stringify({ draftId: draft });

/** The shop with three drafts. */
async function withDrafts(run: (db: Installed) => Promise<void>, manifest = SHOP_MANIFEST) {
  await withInstalled({ manifest }, async (db) => {
    await db.query("insert into drafts (id) values (7), (8), (9)");
    await run(db);
  });
}

test("a trigger of theirs that changes the data after us leaves the row that is named last", () =>
  withDrafts(async (db) => {
    await db.query(`
      create function a_fix() returns trigger language plpgsql as $$
      begin
        if new.sess ->> 'draftId' = '8' then
          update session set sess = '{"draftId": 9}' where sid = new.sid;
        end if;
        return null;
      end $$;
      create trigger a_fix after update of sess on session for each row execute function a_fix()`);
    await login(db, "a", names(7));
    await db.query(`update session set sess = '{"draftId": 8}'`);
    await settle(db);
    expect(await drafts(db)).toContain(9);
    expect(await drafts(db)).not.toContain(7);
  }));

test("a session deleted by a trigger of theirs as it begins leaves no link behind", () =>
  withDrafts(async (db) => {
    await db.query(`
      create function a_ban() returns trigger language plpgsql as $$
      begin
        delete from session where sid = new.sid;
        return null;
      end $$;
      create trigger a_ban after insert on session for each row execute function a_ban()`);
    await login(db, "a", names(7));
    expect(await column(db, "select owned_key::integer from lastwill.session_drafts")).toEqual([]);
  }));

test("a session deleted and inserted again by one statement keeps its draft", () =>
  withDrafts(async (db) => {
    await login(db, "a", names(7));
    await expire(db);
    await db.query(`
      with old as (delete from session where sid = 'a' returning sess)
      insert into session select 'a', sess, now() at time zone 'UTC' + interval '1 hour' from old limit 1`);
    await settle(db);
    expect(await drafts(db)).toContain(7);
  }));

test("two sessions that swap their drafts in one statement keep them, without a grace too", () =>
  withDrafts(
    async (db) => {
      await login(db, "a", names(7));
      await login(db, "b", names(8));
      await db.query(`
      update session
      set sess = case sid when 'a' then '{"draftId": 8}'::json else '{"draftId": 7}'::json end`);
      await settle(db);
      expect(await drafts(db)).toEqual(expect.arrayContaining([7, 8]));
    },
    SHOP_MANIFEST.replace("from: draftId", "from: draftId, grace: 0"),
  ));

test("triggers of theirs find their own tables when the sweep deletes", () =>
  withDrafts(async (db) => {
    await db.query(`
      create table audit (what text);
      create function aud() returns trigger language plpgsql as $$
      begin
        insert into audit values (tg_table_name);
        return old;
      end $$;
      create trigger aud after delete on drafts for each row execute function aud();
      create trigger aud after delete on session for each row execute function aud()`);
    await login(db, "a", names(7));
    await expire(db);
    await db.query("call lastwill.sweep()");
    expect(await column(db, "select what from audit order by 1")).toEqual(["drafts", "session"]);
  }));

test("an assertion, or a constraint that waits for the commit, stops neither sweep nor logout", () =>
  withDrafts(async (db) => {
    await db.query(`
      create function keeps() returns trigger language plpgsql as $$
      begin
        assert old.id <> 7, 'seven';
        if old.id = 8 then raise 'eight is kept'; end if;
        return old;
      end $$;
      create trigger asserts before delete on drafts for each row when (old.id = 7) execute function keeps();
      create constraint trigger late after delete on drafts deferrable initially deferred
        for each row when (old.id = 8) execute function keeps()`);
    await login(db, "a", names(7));
    await login(db, "b", names(8));
    await login(db, "c", names(9));
    await expire(db);
    await db.query("call lastwill.sweep()");
    await db.query("call lastwill.sweep()");
    expect(await drafts(db)).toEqual([7, 8]);
    expect(await column(db, "select key from lastwill.quarantine order by 1")).toContain("7");
  }));

test("a draft still being inserted when its expired session ends is ended later", () =>
  withDrafts(async (db) => {
    const writer = await db.connect();
    await writer.query("begin; insert into drafts (id) values (77)");
    await login(db, "a", names(77));
    await expire(db);
    await db.query("call lastwill.sweep()");
    await writer.query("commit");
    await settle(db);
    expect(await drafts(db)).toEqual([7, 8, 9]);
  }));

test("a draft that a trigger of theirs keeps is not forgotten", () =>
  withDrafts(async (db) => {
    await db.query(`
      create function keepit() returns trigger language plpgsql as 'begin return null; end';
      create trigger keepit before delete on drafts for each row execute function keepit()`);
    await login(db, "a", names(7));
    await expire(db);
    await db.query("call lastwill.sweep(); drop trigger keepit on drafts").catch(async () => {
      await db.query("call lastwill.sweep()");
      await db.query("drop trigger keepit on drafts");
    });
    await settle(db);
    expect(await drafts(db)).toEqual([8, 9]);
  }));

const PLANTED = `
  create function evil(varchar, varchar) returns boolean language plpgsql as $$
  begin
    raise 'planted';
  end $$;
  create function evil_text(varchar, text) returns boolean language plpgsql as $$
  begin
    raise 'planted';
  end $$;
  create operator public.= (leftarg = varchar, rightarg = varchar, function = evil);
  create operator public.> (leftarg = varchar, rightarg = text, function = evil_text);`;

test("an operator that somebody planted in public is used by nothing of ours", () =>
  withInstalled({ schema: `${SHOP_SCHEMA}${PLANTED}` }, async (db) => {
    const planted = await db.query(`
      select pg_describe_object(depend.classid, depend.objid, 0) as object
      from pg_depend as depend
      join pg_operator as operator
        on operator.oid = depend.refobjid and depend.refclassid = 'pg_operator'::regclass
      where operator.oprnamespace <> 'pg_catalog'::regnamespace
        and operator.oprnamespace <> 'information_schema'::regnamespace`);
    expect(planted).toEqual([]);
    await login(db, "a", names(7));
    await db.query("call lastwill.session_backfill()");
    await expire(db);
    await db.query("call lastwill.sweep()");
    expect(await column(db, "select sid from session")).toEqual([]);
  }));

test("what one edge over a table keeps, none of them ends", () =>
  withInstalled(
    {
      schema: `${SHOP_SCHEMA}
        create table wishes (id integer primary key);
        create table files (
          id integer primary key, session_sid varchar, wish_id integer, user_id integer, paid boolean
        );`,
      manifest: `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns:
      - { table: files, by: session_sid, claim: user_id, keep_when: paid }
      - { table: files, name: named, from: "f[]" }
  wish: { table: wishes, owns: [{ table: files, by: wish_id }] }`,
    },
    async (db) => {
      await db.query("insert into wishes values (1)");
      await login(db, "x", { f: [1, 2] });
      await db.query(
        "insert into files values (1, 'x', 1, null, false), (2, 'x', null, null, false), " +
          "(3, 'x', 1, null, true), (4, null, 1, 7, false), (5, null, 1, null, false)",
      );
      await db.query("select lastwill.claim_session('x', 9)");
      await db.query("delete from session");
      await settle(db);
      await db.query("delete from wishes");
      await settle(db);
      expect(await column(db, "select id from files order by id")).toEqual([1, 2, 3, 4]);
    },
  ));

test("a guard that raises ties nothing, and lets the session be written", () =>
  withInstalled(
    {
      schema: `${SHOP_SCHEMA} alter table drafts add tenant_id integer;`,
      manifest: `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns:
      - { table: drafts, from: draftId, guard: "owned.tenant_id = (owner.sess ->> 'tenant')::integer" }`,
    },
    async (db) => {
      await db.query("insert into drafts (id, tenant_id) values (7, 1), (8, 1), (9, 1)");
      await login(db, "odd", { tenant: "abc", draftId: 7 });
      await login(db, "escaped", '{"tenant": 1, "name": "\\u0000", "draftId": 8}');
      await login(db, "right", { tenant: 1, draftId: 9 });
      expect(await column(db, "select owned_key::integer from lastwill.session_drafts")).toEqual([
        9,
      ]);
    },
  ));

/** Things that sessions own polymorphically and through a table between, with a grace for both. */
const THINGS = {
  schema: `${SHOP_SCHEMA}
    create table notes (id integer primary key, owner_id text, owner_type text);
    create table papers (id integer primary key, user_id integer);
    create table session_papers (session_sid varchar, paper_id integer);`,
  manifest: `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns:
      - table: notes
        by: { column: owner_id, type_column: owner_type, type: Session }
        grace: 10 minutes
      - { table: papers, through: { table: session_papers, owner: session_sid, owned: paper_id } }
      - { table: papers, name: named, from: "papers[]", claim: user_id }`,
};

test("a polymorphic row that is somebody else's now, who is not declared, is not ended", () =>
  withInstalled(THINGS, async (db) => {
    await login(db, "a");
    await db.query("insert into notes values (1, 'a', 'Session'), (2, 'a', 'Session')");
    await db.query("delete from session");
    await db.query("update notes set owner_type = 'User', owner_id = '7' where id = 1");
    await settle(db);
    expect(await column(db, "select id from notes")).toEqual([1]);
  }));

test("one statement that deletes an owner and the row between releases what both tied", () =>
  withInstalled(THINGS, async (db) => {
    await login(db, "a");
    await db.query("insert into papers (id) values (1)");
    await db.query("insert into session_papers values ('a', 1)");
    await db.query(
      "with ties as (delete from session_papers returning 1) delete from session where sid = 'a'",
    );
    await settle(db);
    expect(await column(db, "select id from papers")).toEqual([]);
  }));

test("a claim leaves alone what the owner names and is not there yet", () =>
  withInstalled(THINGS, async (db) => {
    await login(db, "a", { papers: [9] });
    await db.query("select lastwill.claim_session('a', 7)");
    await db.query("insert into papers (id) values (9)");
    await login(db, "b", { papers: [9] });
    await expire(db, "sid = 'b'");
    await db.query("call lastwill.sweep()");
    expect(await column(db, "select id from papers")).toEqual([9]);
    await db.query("delete from session");
    await settle(db);
    expect(await column(db, "select id from papers")).toEqual([]);
  }));

test("a table that inherits from an owner's or an owned one is no affair of the sweep's", () =>
  withDrafts(async (db) => {
    await db.query("create table staff () inherits (session)");
    await db.query("create table old_drafts () inherits (drafts)");
    await db.query("insert into old_drafts (id) values (7)");
    await login(db, "a", names(7));
    await db.query("insert into staff select 'boss', sess, expire from only session");
    await expire(db);
    await db.query("call lastwill.sweep()");
    expect(await column(db, "select sid from session")).toEqual(["boss"]);
    expect(await column(db, "select id::integer from drafts where id = 7")).toEqual([7]);
    expect(await column(db, "select count(*)::integer from only session")).toEqual([0]);
  }));

test("a foreign key that is checked at the end of a transaction goes on being so", () =>
  withInstalled(
    {
      schema: `${SHOP_SCHEMA}
        alter table carts add foreign key (session_sid) references session
          deferrable initially deferred;`,
    },
    async (db) => {
      const client = await db.connect();
      await client.query("begin");
      await client.query("insert into carts (session_sid) values ('later')");
      await login(client, "later");
      await client.query("commit");
      await client.end();
      expect(await column(db, "select session_sid from carts")).toEqual(["later"]);
    },
  ));

test("what json stores and jsonb refuses reaches the outbox all the same", () =>
  withInstalled(
    {
      schema: `${SHOP_SCHEMA} alter table drafts add meta json;`,
      manifest: `
cron: none
owners:
  session:
    store: connect-pg-simple
    owns: [{ table: drafts, from: draftId, emit: [meta] }]`,
    },
    async (db) => {
      await db.query(`insert into drafts (id, meta) values (7, '{"name": "\\u0000"}')`);
      await db.query("delete from drafts");
      expect(await column(db, "select payload -> 'meta' ->> 'name' from lastwill.outbox")).toEqual([
        "\ufffd",
      ]);
    },
  ));
