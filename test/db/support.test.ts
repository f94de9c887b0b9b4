import { describe, expect, inject, test } from "vitest";
import { testCron, testPlpgsqlCheck, withCronDatabase, withDatabase } from "../support/database.ts";
import { checkFunctions } from "../support/plpgsql-check.ts";
import { normalizeDump, pgDump, psql, testPgDump, testPsql } from "../support/psql.ts";

describe("a database of one's own", () => {
  test("holds nothing of another's", () =>
    withDatabase(async (one) => {
      await one.query("create table draft (id integer)");
      await withDatabase(async (other) => {
        expect(await other.query("select to_regclass('draft') as found")).toEqual([
          { found: null },
        ]);
      });
    }));

  test("takes more connections, which block each other as real ones do", () =>
    withDatabase(async (db) => {
      await db.query("create table draft (id integer primary key); insert into draft values (1)");
      const other = await db.connect();
      await other.query("begin; select from draft for update");
      expect(await db.query("select id from draft for update skip locked")).toEqual([]);
      await other.query("rollback");
      expect(await db.query("select id from draft for update skip locked")).toEqual([{ id: 1 }]);
    }));

  test("is UTF8, in UTC, and gives the last statement's rows", () =>
    withDatabase(async (db) => {
      const rows = await db.query<{ encoding: string; zone: string }>(`
        select 1;
        select current_setting('server_encoding') as encoding, current_setting('timezone') as zone`);
      expect(rows).toEqual([{ encoding: "UTF8", zone: "UTC" }]);
    }));
});

describe("the cron database", () => {
  testCron("has pg_cron's extension and no job", () =>
    withCronDatabase(async (db) => {
      expect(
        await db.query("select extname from pg_extension where extname = 'pg_cron'"),
      ).toHaveLength(1);
      expect(await db.query("select from cron.job")).toHaveLength(0);
    }),
  );

  testCron("is found empty, whatever the last test left in it", async () => {
    await withCronDatabase(async (db) => {
      await db.query(`
        create schema lastwill;
        create table lastwill.released (id integer);
        create table cart (id integer);
        select cron.schedule('left over', '0 0 1 1 *', 'select 1')`);
    });
    await withCronDatabase(async (db) => {
      const left = await db.query(`
        select to_regnamespace('lastwill') as schema, to_regclass('public.cart') as table,
               (select count(*)::integer from cron.job) as jobs`);
      expect(left).toEqual([{ schema: null, table: null, jobs: 0 }]);
    });
  });
});

describe("checkFunctions", () => {
  testPlpgsqlCheck("finds nothing in good code, transition tables and procedures included", () =>
    withDatabase(async (db) => {
      await db.query(`${BASE};
        create function lastwill.note() returns trigger language plpgsql as $$
        begin
          insert into gone_draft select gone.id from gone;
          return null;
        end $$;
        create trigger note after delete on draft
          referencing old table as gone for each statement execute function lastwill.note();
        create trigger note after delete on upload
          referencing old table as gone for each statement execute function lastwill.note();
        create procedure lastwill.sweep() language plpgsql as $$
        begin
          delete from draft;
          commit;
        end $$`);
      expect(await checkFunctions(db)).toEqual([]);
    }),
  );

  testPlpgsqlCheck("names the function and the line where a table is missing", () =>
    withDatabase(async (db) => {
      await db.query(`${BASE};
        create function lastwill.broken() returns void language plpgsql as $$
        begin
          delete from drafft;
        end $$`);
      expect(await checkFunctions(db)).toEqual([
        expect.objectContaining({
          function: "lastwill.broken()",
          table: null,
          level: "error",
          line: 3,
          message: 'relation "drafft" does not exist',
        }),
      ]);
    }),
  );

  testPlpgsqlCheck("checks a trigger function for each table it is on", () =>
    withDatabase(async (db) => {
      await db.query(`${BASE};
        create function lastwill.shout() returns trigger language plpgsql as $$
        begin
          new.body := upper(new.body);
          return new;
        end $$;
        create trigger shout before insert on draft for each row execute function lastwill.shout();
        create trigger shout before insert on upload for each row execute function lastwill.shout()`);
      const findings = await checkFunctions(db);
      expect(findings.map(({ table, level }) => ({ table, level }))).toEqual([
        { table: "upload", level: "error" },
      ]);
    }),
  );

  testPlpgsqlCheck("complains of a trigger function without a trigger", () =>
    withDatabase(async (db) => {
      await db.query(`${BASE};
        create function lastwill.idle() returns trigger language plpgsql as 'begin return null; end'`);
      expect(await checkFunctions(db)).toEqual([
        expect.objectContaining({ function: "lastwill.idle()", level: "error" }),
      ]);
    }),
  );

  const BASE = `
    create schema lastwill;
    create table draft (id integer, body text);
    create table upload (id integer);
    create table gone_draft (id integer)`;
});

describe("the client programs", () => {
  testPgDump("pgDump gives the same text for the same schema", () =>
    withDatabase(async (one) =>
      withDatabase(async (other) => {
        await one.query("create table draft (id integer)");
        await other.query("create table draft (id integer)");
        const dump = await pgDump(one.url);
        expect(dump).toContain("CREATE TABLE public.draft");
        expect(dump).not.toMatch(/^(SET|--|\\)/m);
        expect(await pgDump(other.url)).toBe(dump);
      }),
    ),
  );

  test("normalizeDump keeps what is indented", () => {
    expect(normalizeDump("--\n-- dump\n\n\n\nSET x = 1;\n\\restrict abc\ncreate\n  -- why\n")).toBe(
      "create\n  -- why\n",
    );
  });

  testPsql("psql prints what a person sees", () =>
    withDatabase(async (db) => {
      expect(await psql(db.url, "select 1 as one")).toBe(" one \n-----\n   1\n(1 row)\n\n");
    }),
  );

  test("the setup told which server runs", () => {
    expect(inject("serverVersion")).toMatch(/^\d+/);
  });
});
