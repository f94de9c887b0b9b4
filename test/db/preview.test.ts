import { describe, expect, test } from "vitest";
import { withDatabase } from "../support/database.ts";
import {
  expire,
  type Installed,
  installInto,
  login,
  SHOP_MANIFEST,
  value,
  withInstalled,
} from "../support/installed.ts";

type Line = Record<string, unknown>;

/** What a preview says, a text for each of its rows: `session.drafts delete 2`, and why. */
async function preview(db: Installed, ...args: (string | null)[]): Promise<string[]> {
  const lines = await db.query<Line>("select * from lastwill.preview($1, $2)", [
    args[0] ?? null,
    args[1] ?? null,
  ]);
  return lines.map(({ edge, action, rows, reason, blocked_by }) =>
    [edge, action, rows, reason && `(${reason})`, blocked_by && `blocked: ${blocked_by}`]
      .filter(Boolean)
      .join(" "),
  );
}

const UPLOAD = "00000000-0000-4000-8000-000000000001";

/** Session one with two carts, four items, a draft and an upload; two names the draft as well. */
const ROWS = `
  insert into session values
    ('one', '{"draftId": 1, "uploads": [{"id": "${UPLOAD}"}]}', now() at time zone 'UTC' + interval '1 hour'),
    ('two', '{"draftId": 1}', now() at time zone 'UTC' + interval '1 hour');
  insert into carts (session_sid) values ('one'), ('one'), ('two');
  insert into cart_items (cart_id) values (1), (1), (2), (2), (3)`;

const withRows = (run: (db: Installed) => Promise<void>, manifest = SHOP_MANIFEST) =>
  withInstalled({ manifest }, async (db) => {
    await db.query("insert into drafts (id) values (1)");
    await db.query("insert into uploads (id) values ($1)", [UPLOAD]);
    await db.query(ROWS);
    await run(db);
  });

describe("a preview says", () => {
  test("what the sweep would end, edge by edge, and what somebody else keeps", () =>
    withRows(async (db) => {
      expect(await preview(db)).toEqual([]);
      await expire(db, "sid = 'one'");
      const all = [
        "session end 1",
        "session.carts delete 2",
        "session.cart_items delete 4",
        "session.drafts keep 1 (another owner has it)",
        "session.uploads delete 1",
      ];
      expect(await preview(db)).toEqual(all);
      expect(await preview(db, "session")).toEqual(all);
      expect(await preview(db, "session", "one")).toEqual(all);
    }));

  test("what a logout would do, where rows wait out a grace, and until when", () =>
    withRows(async (db) => {
      await db.query("update session set sess = '{}' where sid = 'two'");
      expect(await preview(db, "session", "one")).toEqual([
        "session end 1",
        "session.carts delete 2",
        "session.cart_items delete 4",
        "session.drafts release 1 (it waits out its grace)",
        "session.uploads release 1 (it waits out its grace)",
      ]);
      const [waits] = await db.query<Line>(
        "select due_at - now() = interval '1 hour' as an_hour from lastwill.preview('session', 'one') where edge = 'session.uploads'",
      );
      expect(waits).toEqual({ an_hour: true });
    }));

  test("which released rows are due, and which row a session names that is not there", () =>
    withRows(async (db) => {
      await db.query("delete from session");
      expect(await preview(db)).toEqual([]);
      await db.query("update lastwill.released set due_at = now()");
      expect(await preview(db)).toEqual(["session.drafts delete 1", "session.uploads delete 1"]);
      await login(db, "three", { draftId: 99 }, "-1 hour");
      expect(await preview(db, "session", "three")).toEqual([
        "session end 1",
        "session.drafts unlink 1 (there is no such row)",
      ]);
    }));

  test("so in a time that grows with what is due, and not with its square", () =>
    withInstalled({}, async (db) => {
      await db.query(`
        insert into drafts (id) select generate_series(1, 30000);
        insert into session
        select 's' || n, json_build_object('draftId', n), now() at time zone 'UTC'
        from generate_series(1, 30000) as n;
        analyze`);
      // Some 2 seconds; by comparing each row with each other it was more than 30.
      await db.query("set statement_timeout = '15s'");
      expect(await preview(db)).toEqual(["session end 30000", "session.drafts delete 30000"]);
    }));

  test("the keys of some of the rows, five at most", () =>
    withRows(async (db) => {
      await db.query("insert into carts (session_sid) select 'one' from generate_series(1, 20)");
      const [, carts] = await db.query<Line>("select * from lastwill.preview('session', 'one')");
      expect(carts).toMatchObject({ rows: "22", sample: ["1", "2", "4", "5", "6"] });
    }));
});

describe("what stands in the way is said", () => {
  const due = (run: (db: Installed) => Promise<void>, manifest = SHOP_MANIFEST) =>
    withRows(async (db) => {
      await expire(db);
      await run(db);
    }, manifest);

  test("a pause, with all that would happen without it where its owner is asked for", () =>
    due(async (db) => {
      await db.query("select lastwill.pause('session', '1 hour')");
      expect(await preview(db)).toEqual([
        expect.stringMatching(/^session end 2 blocked: paused until /),
      ]);
      const lines = await preview(db, "session");
      expect(lines).toHaveLength(5);
      for (const line of lines) expect(line).toMatch(/ blocked: paused until /);
      await db.query("call lastwill.sweep()");
      expect(await value(db, "select count(*)::integer from session")).toBe(2);
      // A pause keeps nobody from logging out.
      expect((await preview(db, "session", "one")).join()).not.toContain("blocked");
    }));

  test("a sweep that would hold, until somebody has accepted it", () =>
    withRows(
      async (db) => {
        await db.query(`
        insert into session
        select 's' || n, '{}', now() at time zone 'UTC' from generate_series(1, 1200) as n`);
        const held = "session end 1200 blocked: held: about 1200 of 1202 rows are due at once";
        expect(await preview(db)).toEqual([held]);
        await db.query("call lastwill.sweep()");
        expect(await preview(db, "session")).toEqual([held]);
        await db.query("select lastwill.resume('session')");
        expect(await preview(db)).toEqual(["session end 1200"]);
      },
      SHOP_MANIFEST.replace("hold_over: 1", "hold_over: 0.5"),
    ));

  test("rows in quarantine, with the error, and nothing of what hangs on them", () =>
    due(async (db) => {
      await db.query(`
        create function no() returns trigger language plpgsql as
        $$ begin if old.sid = 'one' then raise 'not this one'; end if; return old; end $$;
        create trigger no before delete on session for each row execute function no()`);
      await db.query("call lastwill.sweep()");
      expect(await preview(db)).toEqual(["session end 1 blocked: quarantine: not this one"]);
      expect(await value(db, "select sample from lastwill.preview()")).toEqual(["one"]);
    }));

  test("a foreign key that has come since, by its name", () =>
    due(async (db) => {
      await db.query(`
        create table orders (cart_id bigint references carts);
        insert into orders values (1), (null), (1)`);
      expect(await preview(db)).toContain(
        "session.carts delete 3 blocked: foreign key orders_cart_id_fkey of public.orders (rows: 2)",
      );
      await db.query("delete from orders where cart_id is not null");
      expect(await preview(db)).toContain("session.carts delete 3");
    }));

  test("a backfill that is not finished: what is decided row by row does not end", () =>
    due(async (db) => {
      await db.query("insert into lastwill.backfill (name) values ('session_backfill')");
      expect(await preview(db)).toEqual([
        "session end 2",
        "session.carts delete 3",
        "session.cart_items delete 5",
        "session.drafts delete 1 blocked: backfill not finished: session_backfill",
        "session.uploads delete 1 blocked: backfill not finished: session_backfill",
      ]);
      await db.query("call lastwill.sweep()");
      expect(await value(db, "select count(*)::integer from drafts")).toBe(1);
    }));

  test("a row that somebody is just writing to, without waiting for him", () =>
    due(async (db) => {
      const other = await db.connect();
      await other.query("begin");
      await other.query("select from session where sid = 'two' for update");
      expect(await preview(db)).toEqual([
        "session end 1",
        "session end 1 blocked: a running transaction has locked or changed it",
        "session.carts delete 2",
        "session.cart_items delete 4",
        "session.drafts keep 1 (another owner has it)",
        "session.uploads delete 1",
      ]);
      await other.query("rollback");
      expect((await preview(db))[0]).toBe("session end 2");
    }));
});

describe("owners that own owners", () => {
  const schema = `
    create table tenant (id bigint primary key, ends_at timestamptz);
    create table session (
      sid text primary key, tenant_id bigint, sess jsonb not null default '{}', expires_at timestamptz
    );
    create table drafts (id bigint primary key);
    create table notes (id bigint primary key, draft_id bigint, kept boolean);
    create table lines (id bigint primary key, note_id bigint);
    insert into tenant values (1, now()), (2, now() + interval '1 hour');
    insert into drafts select generate_series(1, 3);
    insert into notes select n, n, n = 2 from generate_series(1, 3) as n;
    insert into lines select n, n from generate_series(1, 3) as n`;
  const manifest = `
cron: none
owners:
  tenant: { table: tenant, expires: ends_at, owns: [{ table: session, by: tenant_id }] }
  session:
    table: session
    expires: expires_at
    data: { column: sess }
    owns:
      - table: drafts
        from: draftId
        owns:
          - table: notes
            by: draft_id
            keep_when: kept
            owns: [{ table: lines, by: note_id }]`;
  const sessions = `
    insert into session values
      ('expired', 1, '{"draftId": 1}', now()),
      ('also', 1, '{"draftId": 2}', now()),
      ('live', 1, '{"draftId": 3}', now() + interval '1 hour')`;

  test("take rows along to the third depth, and release what a live one had", () =>
    withInstalled({ schema, manifest }, async (db) => {
      await db.query(sessions);
      expect(await preview(db, "tenant")).toEqual([
        "tenant end 1",
        "tenant.session delete 3",
        "session.drafts delete 2",
        "session.drafts release 1 (it waits out its grace)",
        "session.notes delete 1",
        "session.notes keep 1 (keep_when holds)",
        "session.lines delete 1",
      ]);
      await db.query("call lastwill.sweep('tenant')");
      const left = (table: string) =>
        value(db, `select array_agg(id::integer order by id) from ${table}`);
      expect(await value(db, "select count(*)::integer from session")).toBe(0);
      expect([await left("drafts"), await left("notes"), await left("lines")]).toEqual([
        [3],
        [2, 3],
        [2, 3],
      ]);
      expect(await db.query("select edge, owned_key from lastwill.released")).toEqual([
        { edge: "session.drafts", owned_key: "3" },
      ]);
    }));

  test("show no key of an owner as that of an owned row", () =>
    withInstalled({ schema, manifest }, async (db) => {
      await db.query(sessions);
      const lines = await db.query<Line>("select edge, sample from lastwill.preview('tenant')");
      expect(lines.find(({ edge }) => edge === "tenant.session")).toMatchObject({ sample: null });
    }));
});

describe("whoever asks", () => {
  test("of a managed owner that owns nothing is told of its rows", () =>
    withInstalled(
      { schema: "", manifest: "cron: none\nowners: { visit: { managed: true } }" },
      async (db) => {
        await db.query(
          "select lastwill.touch_visit('a', '1 hour'), lastwill.touch_visit('b', '-1 hour')",
        );
        expect(await preview(db)).toEqual(["visit end 1"]);
        expect(await preview(db, "visit", "a")).toEqual(["visit end 1"]);
      },
    ));

  test("for an owner or a key that is not there is told so, and no key is repeated", () =>
    withRows(async (db) => {
      await expect(preview(db, "sesion")).rejects.toMatchObject({
        code: "LW001",
        message: "there is no owner sesion",
        hint: "The owners are: session.",
      });
      await expect(preview(db, "session", "a-secret")).rejects.toMatchObject({
        code: "LW001",
        message: "no row of session has this key",
      });
      await expect(preview(db, null, "one")).rejects.toMatchObject({ code: "LW001" });
    }));

  test("needs no right but the one to inspect, and writes and locks nothing", () =>
    withDatabase(async (fresh) => {
      const eye = `eye_${fresh.name}`;
      await fresh.query(`create role ${eye}`);
      const manifest = `grants: { inspect: [${eye}] }${SHOP_MANIFEST}`;
      await installInto(fresh, { manifest }, async (db) => {
        await login(db, "one", {}, "-1 hour");
        await db.query("insert into carts (session_sid) values ('one')");
        const asker = await db.connect();
        await asker.query(`set session authorization ${eye}`);
        await asker.query("begin read only");
        const { rows } = await asker.query("select edge from lastwill.preview()");
        expect(rows).toEqual([{ edge: "session" }, { edge: "session.carts" }]);
        const locks = await db.query(`
          select mode from pg_locks
          where relation in ('session'::regclass, 'carts'::regclass)
            and mode <> 'AccessShareLock'`);
        expect(locks).toEqual([]);
        await asker.query("rollback");
        await asker.query("reset session authorization; set role pg_monitor");
        await expect(asker.query("select edge from lastwill.preview()")).rejects.toMatchObject({
          code: "42501",
        });
      });
    }));
});
