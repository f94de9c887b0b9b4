import type pg from "pg";
import { describe, expect, test } from "vitest";
import { inspectTree } from "../../src/commands/inspect.ts";
import { askWhy } from "../../src/inspect/why.ts";
import { sweep } from "../../src/sweep.ts";
import { withDatabase } from "../support/database.ts";
import {
  column,
  drafts,
  expire,
  type Installed,
  installInto,
  login,
  SHOP_MANIFEST,
  settle,
  value,
  withInstalled,
} from "../support/installed.ts";

/** Roles belong to the whole server, so they bear the database's name. */
async function asRole(db: Installed, kind: string): Promise<pg.Client> {
  const client = await db.connect();
  await client.query(`set session authorization ${kind}_${db.name}`);
  return client;
}

/** A shop in which `app` may use its own table of sessions only, `eye` may inspect and `broom` sweep. */
async function guarded(run: (db: Installed, app: pg.Client) => Promise<void>): Promise<void> {
  await withDatabase(async (fresh) => {
    const role = (kind: string) => `${kind}_${fresh.name}`;
    for (const kind of ["app", "eye", "broom"]) await fresh.query(`create role ${role(kind)}`);
    const grants = `grants: { inspect: [${role("eye")}], sweep: [${role("broom")}] }`;
    await installInto(fresh, { manifest: `${grants}${SHOP_MANIFEST}` }, async (db) => {
      await db.query(`grant select, insert, update, delete on session to ${role("app")}`);
      await db.query("insert into drafts (id) values (1), (2)");
      await run(db, await asRole(db, "app"));
    });
  });
}

const denied = { code: "42501" };

describe("an application that may write its own sessions only, and nothing else", () => {
  test("logs in, changes, logs out and expires, and everything is kept as declared", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      await login(app, "b", { draftId: 2 });
      await app.query("update session set sess = '{}' where sid = 'a'");
      await app.query(`update session set sess = '{"draftId": 1}' where sid = 'a'`);
      await app.query("update session set sid = 'c' where sid = 'b'");
      await expire(app, "sid = 'c'");
      await app.query("delete from session where sid = 'c'");
      expect(await drafts(db)).toEqual([1]);
      await app.query("delete from session");
      expect(await column(db, "select owned_key from lastwill.released")).toEqual(["1"]);
      await settle(db);
      expect(await drafts(db)).toEqual([]);
    }));

  test("reads nothing of lastwill's, and calls nothing", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      await expect(app.query("select * from lastwill.owned")).rejects.toMatchObject(denied);
      await expect(app.query("call lastwill.sweep()")).rejects.toMatchObject(denied);

      // Not even when somebody lets it into the schema.
      await db.query(`grant usage on schema lastwill to app_${db.name}`);
      const relations = await column(
        db,
        "select oid::regclass::text from pg_class where relnamespace = 'lastwill'::regnamespace and relkind in ('r', 'v', 'S')",
      );
      expect(relations.length).toBeGreaterThan(8);
      const open = await column(
        db,
        `select oid::regclass::text from pg_class
         where relnamespace = 'lastwill'::regnamespace and relkind in ('r', 'v', 'S')
           and (has_table_privilege($1, oid, 'select') or has_table_privilege($1, oid, 'insert')
             or has_table_privilege($1, oid, 'update') or has_table_privilege($1, oid, 'delete'))`,
        [`app_${db.name}`],
      );
      expect(open).toEqual([]);
      const callable = await column(
        db,
        `select oid::regprocedure::text from pg_proc
         where pronamespace = 'lastwill'::regnamespace and has_function_privilege($1, oid, 'execute')`,
        [`app_${db.name}`],
      );
      expect(callable).toEqual([]);
    }));

  test("cannot lead a trigger astray by its own tables, types or functions", () =>
    guarded(async (db, app) => {
      await db.query("create schema hostile; grant all on schema hostile to public");
      await app.query(`
        create temp table drafts (id bigint primary key, body text);
        create temp table session_drafts (owner_key text, owned_key bigint);
        create temp table released (edge text, owned_key text, owner_key text, due_at timestamptz);
        create temp table gone (sid text, sess json, expire timestamp);
        create temp table added (sid text, sess json, expire timestamp);
        insert into drafts values (1);
        create function hostile.now() returns timestamptz
          language sql as 'select ''infinity''::timestamptz';
        create function hostile.unnest(anyarray) returns setof anyelement
          language sql as 'select null::anyelement where false';
        set search_path = hostile, pg_temp, public, pg_catalog`);
      await login(app, "a", { draftId: 1 });
      expect(await column(db, "select owned_key from lastwill.session_drafts")).toEqual(["1"]);
      await expire(db);
      await app.query("delete from session");
      expect(await drafts(db)).toEqual([2]);
      const { rows } = await app.query("select id from pg_temp.drafts");
      expect(rows).toEqual([{ id: "1" }]);
    }));

  test("cannot run code with our rights by a type of its own named like a built-in", () =>
    guarded(async (db, app) => {
      await db.query(
        "create table public.caught (who text); grant insert on public.caught to public",
      );
      await db.query("create schema hostile; grant all on schema hostile to public");
      await app.query(`
        create function hostile.check_it(value anyelement) returns boolean language plpgsql as $$
        begin
          insert into public.caught values (current_user);
          return true;
        end $$`);
      for (const type of ["text", "jsonb", "uuid", "int8", "timestamptz", "name"]) {
        await app.query(
          `create domain pg_temp."${type}" as pg_catalog."${type}" check (hostile.check_it(value))`,
        );
      }
      await login(app, "a", {
        draftId: 1,
        uploads: [{ id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301" }],
      });
      await app.query(`update session set sess = '{"draftId": 2}'`);
      await app.query("update session set sid = 'b'");
      await app.query("delete from session");
      expect(
        await column(db, "select distinct who from public.caught where who <> $1", [
          `app_${db.name}`,
        ]),
      ).toEqual([]);
    }));
});

describe("a role that may inspect", () => {
  test("sees who owns what, and changes nothing", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      const eye = await asRole(db, "eye");
      for (const relation of [
        "owned",
        "status",
        "orphan",
        "drift",
        "released",
        "sweep_run",
        "quarantine",
      ]) {
        await eye.query(`select * from lastwill.${relation}`);
        await expect(eye.query(`delete from lastwill.${relation}`)).rejects.toMatchObject({});
      }
      expect((await eye.query("select owned_key from lastwill.owned")).rows).toEqual([
        { owned_key: "1" },
      ]);
      await expect(eye.query("call lastwill.sweep()")).rejects.toMatchObject(denied);
      await expect(eye.query("select lastwill.pause('session', '1 hour')")).rejects.toMatchObject(
        denied,
      );
      await expect(eye.query("select * from session")).rejects.toMatchObject(denied);
    }));

  test("can use the commands that inspect, and hands nothing to the sweep", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      const eye = await asRole(db, "eye");
      const lines = await inspectTree(eye, "session", "a", true);
      expect(lines.join("\n")).toContain("drafts 1");
      await app.query("delete from session");
      const { reasons } = await askWhy(eye, "public.drafts", "1");
      expect(reasons).toMatchObject([{ reason: "released", owner_key: "a" }]);
      await expect(eye.query("call lastwill.release_orphans()")).rejects.toMatchObject(denied);
    }));
});

describe("a role that may sweep", () => {
  test("hands what lingers to the sweep, and reads none of it", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      const broom = await asRole(db, "broom");
      const { rows } = await broom.query("call lastwill.release_orphans()");
      expect(rows).toEqual([{ handed_over: { "session.drafts": 1 } }]);
      for (const sql of [
        "select * from lastwill.orphan",
        "select * from lastwill.released",
        "select * from lastwill.why('drafts', '1')",
      ])
        await expect(broom.query(sql)).rejects.toMatchObject(denied);
      await settle(db);
      expect(await drafts(db)).toEqual([1]);
    }));

  test("ends what is due, pauses and resumes, and sees no session", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      const broom = await asRole(db, "broom");
      await expire(db);
      await broom.query("select lastwill.pause('session', '1 hour')");
      await broom.query("call lastwill.sweep()");
      expect(await drafts(db)).toEqual([1, 2]);
      await broom.query("select lastwill.resume('session')");
      await broom.query("call lastwill.sweep('session')");
      expect(await drafts(db)).toEqual([2]);
      expect(await value(db, "select count(*)::integer from session")).toBe(0);
      await expect(broom.query("select * from session")).rejects.toMatchObject(denied);
      await expect(broom.query("select * from lastwill.owned")).rejects.toMatchObject(denied);
    }));

  test("can use the command that sweeps", () =>
    guarded(async (db, app) => {
      await login(app, "a", { draftId: 1 });
      await expire(db);
      const runs = await sweep(await asRole(db, "broom"));
      expect(runs).toMatchObject([{ owner: "session", owners_ended: 1 }]);
    }));
});

test("every function of ours has its search_path pinned, unless it has to commit", () =>
  withInstalled({}, async (db) => {
    expect(
      await column(
        db,
        `select oid::regprocedure::text from pg_proc
         where pronamespace = 'lastwill'::regnamespace
           and prokind = 'f'
           and prosqlbody is null
           and not coalesce(array_to_string(proconfig, ',') like '%search_path=%', false)`,
      ),
    ).toEqual([]);
  }));
