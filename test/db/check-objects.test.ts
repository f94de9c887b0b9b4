import { describe, expect, test } from "vitest";
import type { DbObject } from "../../src/objects/object.ts";
import type { Sql } from "../../src/sql/quote.ts";
import { checkedObjects, foundWrong, mend } from "../support/checked.ts";
import { type Installed, SHOP_MANIFEST, SHOP_SCHEMA, withInstalled } from "../support/installed.ts";

/** What somebody did, and what `check` says of it, and of nothing else. */
interface Tampering {
  readonly what: string;
  readonly sql: string;
  readonly finds: readonly string[];
}

const DELETED = "trigger lastwill_session_deleted on public.session";
const CHANGED = "trigger lastwill_session_changed on public.session";
const CARTS = "foreign key lastwill_session_carts_fkey on public.carts";

const OTHER_OWNED = `
  create or replace view lastwill.owned as
  select owner, owner_key, edge, owned, owned_key, depth, policy, expires_at
  from lastwill.owned_tree where depth = 1`;

/** The lock's SQL puts these back. */
const MENDED: readonly Tampering[] = [
  {
    what: "a function's body was edited",
    sql: `create or replace function lastwill.session_deleted() returns trigger language plpgsql
          security definer set search_path = pg_catalog, pg_temp as $$ begin return null; end $$`,
    finds: ["tampered function lastwill.session_deleted()"],
  },
  {
    what: "a function is no security definer any more",
    sql: "alter function lastwill.session_deleted() security invoker",
    finds: ["tampered function lastwill.session_deleted()"],
  },
  {
    what: "a function's search_path was taken away",
    sql: "alter function lastwill.session_deleted() reset search_path",
    finds: ["tampered function lastwill.session_deleted()"],
  },
  {
    what: "a function may be called by everybody",
    sql: "grant execute on function lastwill.session_deleted() to public",
    finds: ["tampered function lastwill.session_deleted()"],
  },
  {
    what: "a procedure is gone",
    sql: "drop procedure lastwill.sweep(text, integer, boolean)",
    finds: ["missing procedure lastwill.sweep(text, integer, boolean)"],
  },
  {
    what: "a view says something else",
    sql: `create or replace view lastwill.orphan as
          select 'x'::text as edge, 'x'::text as owned, 'x'::text as owned_key where false`,
    finds: ["tampered view lastwill.orphan"],
  },
  {
    what: "a view that others need is gone with them",
    sql: "drop view lastwill.owned_tree cascade",
    finds: ["missing view lastwill.owned", "missing view lastwill.owned_tree"],
  },
  {
    what: "everybody may look",
    sql: "grant select on lastwill.status to public",
    finds: ["tampered view lastwill.status"],
  },
  {
    what: "everybody may look at a column of a view",
    sql: "grant select (owner_key) on lastwill.owned to public",
    finds: ["tampered view lastwill.owned"],
  },
  {
    what: "a view has other columns, and a view that needs it has too",
    sql: `drop view lastwill.owned_tree cascade;
          create view lastwill.owned_tree as select 1 as one;
          create view lastwill.owned as select one from lastwill.owned_tree`,
    finds: ["tampered view lastwill.owned", "tampered view lastwill.owned_tree"],
  },
  {
    what: "a view that needs another one of ours says something else",
    sql: OTHER_OWNED,
    finds: ["tampered view lastwill.owned"],
  },
  {
    what: "a rule stands on a view",
    sql: "create rule nothing as on insert to lastwill.owned do instead nothing",
    finds: ["tampered view lastwill.owned"],
  },
  {
    what: "a function gives another type, and a view calls it",
    sql: `drop function lastwill.sweep_job(text) cascade;
          create function lastwill.sweep_job(owner text) returns varchar language sql as 'select $1';
          create view lastwill.status as select lastwill.sweep_job('session') as job`,
    finds: ["tampered function lastwill.sweep_job(text)", "tampered view lastwill.status"],
  },
  {
    what: "a function has the place of a procedure",
    sql: `drop procedure lastwill.sweep(text, integer, boolean);
          create function lastwill.sweep(text, integer, boolean) returns integer language sql return 1`,
    finds: ["missing procedure lastwill.sweep(text, integer, boolean)"],
  },
  {
    what: "a table of ours is gone, with a trigger on it",
    sql: "drop table lastwill.outbox cascade",
    finds: [
      "missing function lastwill.outbox_take(integer, interval, integer, text[])",
      "missing table lastwill.outbox",
    ],
  },
  {
    what: "an index of a table of ours is gone",
    sql: "drop index lastwill.released_by_due",
    finds: ["missing index lastwill.released_by_due"],
  },
  {
    what: "an index of a table of ours is over another column",
    sql: `drop index lastwill.released_by_due;
          create index released_by_due on lastwill.released (released_at)`,
    finds: ["tampered index lastwill.released_by_due"],
  },
  {
    what: "a stamp is that of another generation",
    sql: "comment on function lastwill.session_deleted() is 'Older. [lastwill 0123456789ab]'",
    finds: ["outdated function lastwill.session_deleted()"],
  },
  {
    what: "a trigger is gone",
    sql: "drop trigger lastwill_session_deleted on session",
    finds: [`missing ${DELETED}`],
  },
  {
    what: "a trigger has another condition",
    sql: `create or replace trigger lastwill_session_changed after update of sess on session
          for each row when (false) execute function lastwill.session_changed()`,
    finds: [`tampered ${CHANGED}`],
  },
  {
    what: "a trigger calls something else",
    sql: `create or replace trigger lastwill_session_deleted after delete on session
          referencing old table as gone for each statement execute function lastwill.session_truncated()`,
    finds: [`tampered ${DELETED}`],
  },
  {
    what: "a foreign key does not cascade",
    sql: `alter table carts drop constraint lastwill_session_carts_fkey,
          add constraint lastwill_session_carts_fkey foreign key (session_sid) references session (sid)`,
    finds: [`tampered ${CARTS}`],
  },
  {
    what: "a foreign key is gone",
    sql: "alter table carts drop constraint lastwill_session_carts_fkey",
    finds: [`missing ${CARTS}`],
  },
  {
    what: "an index is gone",
    sql: "drop index lastwill_session_carts_idx",
    finds: ["missing index public.lastwill_session_carts_idx"],
  },
  {
    what: "an index is over another column",
    sql: "drop index lastwill_session_carts_idx; create index lastwill_session_carts_idx on carts (note)",
    finds: ["tampered index public.lastwill_session_carts_idx"],
  },
];

/** These the finding's own command puts back, or somebody has to think. */
const TOLD: readonly Tampering[] = [
  {
    what: "a trigger is disabled",
    sql: "alter table session disable trigger lastwill_session_deleted",
    finds: [`disabled ${DELETED}`],
  },
  {
    what: "a trigger fires as replica alone",
    sql: "alter table session enable replica trigger lastwill_session_deleted",
    finds: [`disabled ${DELETED}`],
  },
  {
    what: "a trigger fires always",
    sql: "alter table session enable always trigger lastwill_session_deleted",
    finds: [`tampered ${DELETED}`],
  },
  {
    what: "a foreign key was made anew and never checked",
    sql: `alter table carts drop constraint lastwill_session_carts_fkey,
          add constraint lastwill_session_carts_fkey foreign key (session_sid) references session (sid)
          on update cascade on delete cascade not valid`,
    finds: [`not valid ${CARTS}`],
  },
  {
    what: "a table of ours has another column type",
    sql: "alter table lastwill.sweep_run alter column batches type bigint",
    finds: ["tampered column lastwill.sweep_run.batches"],
  },
  {
    what: "a default of ours is gone",
    sql: "alter table lastwill.released alter column released_at drop default",
    finds: ["tampered column lastwill.released.released_at"],
  },
  {
    what: "a rule keeps rows out of a table of ours",
    sql: "create rule nothing as on insert to lastwill.released do instead nothing",
    finds: ["tampered table lastwill.released"],
  },
  {
    what: "a primary key of ours is gone",
    sql: "alter table lastwill.paused drop constraint paused_pkey",
    finds: ["missing constraint paused_pkey on lastwill.paused"],
  },
  {
    what: "a table of ours is gone, of whose parts nothing more is said",
    sql: "drop table lastwill.undecodable cascade",
    finds: ["missing table lastwill.undecodable", "missing view lastwill.status"],
  },
  {
    what: "something is in the schema that nobody declares",
    sql: "create table lastwill.mine (id integer primary key); create function lastwill.mine() returns integer language sql return 1",
    finds: ["extra function lastwill.mine()", "extra table lastwill.mine"],
  },
  {
    what: "a stamped trigger stands on a table of no edge",
    sql: `create trigger odd after delete on products for each row execute function lastwill.session_deleted();
          comment on trigger odd on products is 'Was ours. [lastwill 0123456789ab]'`,
    finds: ["extra trigger odd on public.products"],
  },
];

const DJANGO = `
cron: none
owners:
  session:
    store: django
    owns: [{ table: drafts, from: draftId }]`;
const DJANGO_SCHEMA = `
  create table django_session (
    session_key varchar(40) primary key,
    session_data text not null,
    expire_date timestamptz not null
  );
  create table drafts (id bigint primary key)`;

describe("check finds exactly what was done, where", () => {
  test.each([...MENDED, ...TOLD])("$what", ({ sql, finds }) =>
    withInstalled({}, async (db) => {
      expect(await foundWrong(db)).toEqual([]);
      await db.query(sql);
      expect((await foundWrong(db)).sort()).toEqual([...finds].sort());
    }),
  );

  test("an index's build was cut off", () =>
    withInstalled({}, async (db) => {
      await db.query(`drop index lastwill_session_carts_idx;
        insert into session values ('a', '{}', now()), ('b', '{}', now());
        insert into carts (session_sid) values ('a'), ('a')`);
      const unique =
        "create unique index concurrently lastwill_session_carts_idx on carts (session_sid)";
      await expect(db.query(unique)).rejects.toThrow("could not create unique index");
      expect(await foundWrong(db)).toEqual(["tampered index public.lastwill_session_carts_idx"]);
      await db.query("drop index lastwill_session_carts_idx");
      await mend(db);
      await db.query(
        "update pg_index set indisvalid = false where indexrelid = 'lastwill_session_carts_idx'::regclass",
      );
      expect(await foundWrong(db)).toEqual(["invalid index public.lastwill_session_carts_idx"]);
    }));

  test("nothing is installed", () =>
    withInstalled({}, async (db) => {
      await db.query("drop schema lastwill cascade");
      expect(await foundWrong(db)).toEqual(["missing schema lastwill"]);
    }));
});

describe("what --mend prints mends it, where", () => {
  test.each(MENDED)("$what", ({ sql }) =>
    withInstalled({}, async (db) => {
      await db.query(sql);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
    }),
  );

  test("a function is gone that another brought along", () =>
    withInstalled({ manifest: DJANGO, schema: DJANGO_SCHEMA }, async (db) => {
      const inflate = "function lastwill.decode_django_inflate(bytea)";
      await db.query(`drop ${inflate}`);
      expect(await foundWrong(db)).toEqual([`missing ${inflate}`]);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
    }));

  test.each([
    "drop trigger lastwill_session_inserted on session",
    "alter table session disable trigger lastwill_session_inserted",
  ])("nobody tied what was named meanwhile, and a live session keeps it: %s", (sql) =>
    withInstalled({}, async (db) => {
      const name = "insert into session values ($1, '{\"draftId\": 1}', now() + interval '1 hour')";
      await db.query("insert into drafts (id) values (1)");
      await db.query(name, ["first"]);
      await db.query(sql);
      await db.query(name, ["second"]);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
      await db.query("update session set expire = now() - interval '1 day' where sid = 'first'");
      await db.query("delete from session where sid = 'first'");
      const left = "select (select count(*)::int from drafts) as drafts";
      expect(await db.query(left)).toEqual([{ drafts: 1 }]);
      expect(await db.query("select name from lastwill.backfill")).toEqual([]);
    }),
  );

  test("a column of ours is gone, which nothing mends by itself: no more is promised", () =>
    withInstalled({}, async (db) => {
      await db.query("alter table lastwill.sweep_run drop column batches");
      const { findings } = await checkedObjects(db);
      expect(findings).toMatchObject([
        {
          object: "column lastwill.sweep_run.batches",
          mend: "lastwill migrate up; if it has run: compare it with table lastwill.sweep_run in the migrations",
        },
      ]);
    }));

  test("a role that may inspect lost its right", () =>
    withRole(async (db, role) => {
      await db.query(`revoke select on lastwill.owned from ${role}`);
      const { findings } = await checkedObjects(db);
      expect(findings).toMatchObject([
        { state: "tampered", object: "view lastwill.owned", what: `${role}: select is lacking` },
      ]);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
    }));
});

describe("what people have built on ours stays:", () => {
  const grants = `
    select c.relname, r.rolname, acl.privilege_type, '' as on_column
    from pg_class as c cross join aclexplode(c.relacl) as acl join pg_roles as r on r.oid = acl.grantee
    where c.relnamespace = 'lastwill'::regnamespace and r.oid <> c.relowner
    union all
    select c.relname, r.rolname, acl.privilege_type, a.attname
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid
    cross join aclexplode(a.attacl) as acl join pg_roles as r on r.oid = acl.grantee
    where c.relnamespace = 'lastwill'::regnamespace and r.oid <> c.relowner
    order by 1, 2, 3, 4`;
  const give = (role: string) =>
    `grant select on lastwill.status, lastwill.owned to ${role}; grant select (edge) on lastwill.edge to ${role}`;

  test("rights that are too many are taken away, and those of roles of people's own stay", () =>
    withRole(async (db, role) => {
      await db.query(give("lw_check_analyst"));
      const given = await db.query(grants);
      await db.query(`grant select on lastwill.status to public; revoke select on lastwill.owned from ${role};
        create view report as select * from lastwill.status`);
      const { findings, mending } = await checkedObjects(db);
      expect(findings.map(({ mend: by }) => by)).toEqual([
        `grant select on lastwill.owned to ${role};`,
        "revoke select on lastwill.status from public;",
      ]);
      expect(mending.join("\n")).not.toMatch(/^(drop|create) /m);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
      expect(await db.query(grants)).toEqual(given);
    }));

  test.each([
    [
      "is replaced where it is",
      "create or replace view lastwill.orphan as select 'x'::text as edge, 'x'::text as owned, 'x'::text as owned_key",
    ],
    [
      "has to be made anew",
      "create rule nothing as on insert to lastwill.owned_tree do instead nothing",
    ],
  ])("they stay when a view %s, with views that stand on others", (_, sql) =>
    withRole(async (db) => {
      await db.query(`${give("lw_check_analyst")}; ${sql}`);
      const given = await db.query(grants);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
      expect(await db.query(grants)).toEqual(given);
    }),
  );

  test("a view of theirs stays where ours is replaced, and is named where ours cannot be", () =>
    withInstalled({}, async (db) => {
      await db.query("create view report as select owner from lastwill.owned");
      await db.query(OTHER_OWNED);
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
      expect(await db.query("select * from report")).toEqual([]);
      await db.query("create rule nothing as on insert to lastwill.owned_tree do instead nothing");
      await db.query("grant select on lastwill.status to public");
      const { findings } = await checkedObjects(db);
      expect(findings[0]).toEqual({
        state: "tampered",
        object: "view lastwill.owned_tree",
        what: "its definition is not the one in the lock; it cannot be replaced, and view public.report stands on it",
        mend: "drop it, check again, and make it anew at the end",
      });
      await mend(db);
      expect(await foundWrong(db)).toEqual(["tampered view lastwill.owned_tree"]);
      await db.query("drop view report");
      await mend(db);
      expect(await foundWrong(db)).toEqual([]);
    }));

  test("a table in a view's place is put aside by hand, with all that it holds", () =>
    withInstalled({}, async (db) => {
      await db.query(`drop view lastwill.owned_tree cascade;
        create table lastwill.owned_tree as select 1 as kept; drop index lastwill.released_by_due`);
      const { findings } = await checkedObjects(db);
      const tree = findings.find(({ object }) => object === "view lastwill.owned_tree");
      expect(tree).toMatchObject({
        state: "missing",
        what: "table lastwill.owned_tree is in its place",
      });
      expect(findings.map(({ object }) => object)).not.toContain("table lastwill.owned_tree");
      const [, rename = ""] = /(alter table .*); then/.exec(tree?.mend ?? "") ?? [];
      expect(rename).toBe("alter table lastwill.owned_tree rename to owned_tree_aside");
      await mend(db);
      expect((await foundWrong(db)).sort()).toEqual([
        "missing view lastwill.owned",
        "missing view lastwill.owned_tree",
      ]);
      await db.query(rename);
      await mend(db);
      expect(await foundWrong(db)).toEqual(["extra table lastwill.owned_tree_aside"]);
      expect(await db.query("select kept from lastwill.owned_tree_aside")).toEqual([{ kept: 1 }]);
    }));
});

describe("what --mend prints is one transaction:", () => {
  test("where something fails, nothing is done", () =>
    withInstalled({}, async (db) => {
      await db.query(`drop trigger lastwill_session_deleted on session;
        grant select on lastwill.status to public; drop index lastwill_session_carts_idx`);
      const before = await foundWrong(db);
      const { mending } = await checkedObjects(db);
      expect(mending[0]).toBe("begin;");
      const end = mending.indexOf("commit;" as Sql);
      expect(mending.slice(0, end).join("\n")).not.toMatch(/concurrently|^call /m);
      expect(mending[end + 1]).toContain("-- None of what follows can be in a transaction.");
      const broken = mending.toSpliced(end, 0, "select 1 / 0;" as Sql);
      for (const statement of broken.slice(0, end + 2))
        await db.query(statement).catch(() => undefined);
      expect(await foundWrong(db)).toEqual(before);
    }));

  test("what needs something that only a person can mend is left alone, and does not undo the rest", () =>
    withInstalled({}, async (db) => {
      await db.query(`alter table lastwill.released drop column due_at cascade;
        drop view lastwill.status; create view lastwill.status as select 1 as one;
        drop trigger lastwill_session_deleted on session`);
      await mend(db);
      expect((await foundWrong(db)).sort()).toEqual([
        "missing column lastwill.released.due_at",
        "missing index lastwill.released_by_due",
        "tampered view lastwill.status",
      ]);
      expect(await db.query("select one from lastwill.status")).toEqual([{ one: 1 }]);
    }));

  test("nothing is printed where there is nothing to mend", () =>
    withInstalled({}, async (db) => {
      await db.query("create table lastwill.mine (id integer)");
      expect((await checkedObjects(db)).mending).toEqual([]);
    }));
});

describe("where nothing may be made, stamps and bodies are compared:", () => {
  test("a role that only looks finds an edited body, and no more than that", () =>
    withRole(async (db, role) => {
      expect(await checkedObjects(db, role)).toMatchObject({ by: "stamps", findings: [] });
      await db.query(MENDED[0]?.sql ?? "");
      await db.query("drop trigger lastwill_session_deleted on session");
      const { by, findings } = await checkedObjects(db, role);
      expect(by).toBe("stamps");
      expect(findings.map(({ state, object }) => `${state} ${object}`)).toEqual([
        "tampered function lastwill.session_deleted()",
        `missing ${DELETED}`,
      ]);
    }));

  test("a role with no right on the archive's schema still finds the archive", () =>
    withRole(async (db, role) => {
      await db.query("create schema closed; create table closed.drafts (id bigint)");
      const archive = { ...NOTHING, id: "archive closed.drafts" };
      const found = await checkedObjects(db, role, [archive]);
      expect(found.findings.map(({ object }) => object)).not.toContain("archive closed.drafts");
    }));

  test("so are they in a database that may only be read", () =>
    withInstalled({}, async (db) => {
      await db.query(`alter database ${db.name} set default_transaction_read_only = on`);
      expect(await checkedObjects(db)).toMatchObject({ by: "stamps", findings: [] });
    }));
});

test("check waits for nobody, and nobody waits for it: a table that is being written is no obstacle", () =>
  withInstalled({}, async (db) => {
    const writer = await db.connect();
    await writer.query(
      "begin; insert into session values ('w', '{}', now()); lock table carts in row exclusive mode",
    );
    expect(await foundWrong(db)).toEqual([]);
    await writer.query("rollback");
  }));

const NOTHING: DbObject = {
  id: "",
  phase: "install",
  create: [],
  drop: [],
  replaces: true,
  needs: [],
  hazards: [],
};

test("several checks at once all find the same", () =>
  withInstalled({}, async (db) => {
    const all = await Promise.all(Array.from({ length: 8 }, () => foundWrong(db)));
    expect(all.flat()).toEqual([]);
  }));

test("one that waits for another longer than for any lock still comes to its turn", () =>
  withInstalled({}, async (db) => {
    const other = await db.connect();
    await other.query("begin; select pg_advisory_xact_lock(hashtext('lastwill.check'))");
    await other.query("alter schema lastwill rename to elsewhere");
    const found = foundWrong(db);
    await other.query("select pg_sleep(2.5)");
    await other.query("rollback");
    expect(await found).toEqual([]);
  }));

async function withRole(use: (db: Installed, role: string) => Promise<void>): Promise<void> {
  const role = "lw_check_inspector";
  const schema = [role, "lw_check_analyst"]
    .map(
      (each) => `do $$ begin
      create role ${each};
    exception when duplicate_object then null; end $$;`,
    )
    .join("\n");
  const manifest = `grants: { inspect: [${role}] }\n${SHOP_MANIFEST}`;
  await withInstalled({ schema: schema + SHOP_SCHEMA, manifest }, (db) => use(db, role));
}
