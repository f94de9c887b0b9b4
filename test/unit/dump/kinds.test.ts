import { describe, expect, test } from "vitest";
import { extensionsIn } from "../../../src/dump/extensions.ts";
import { databaseOf, loadable, mayFail } from "../../../src/dump/kinds.ts";
import { standIn } from "../../../src/dump/stand-ins.ts";
import { tablesOf } from "../../../src/dump/tables-of.ts";

describe("of a dump's statements", () => {
  test.each([
    "COPY public.a (id) FROM stdin;",
    "INSERT INTO public.a VALUES (1, 'x');",
    "REFRESH MATERIALIZED VIEW public.m;",
    "GRANT ALL ON TABLE public.a TO app;",
    "REVOKE USAGE ON SCHEMA public FROM PUBLIC;",
    "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO app;",
    "SECURITY LABEL FOR anon ON COLUMN public.a.b IS 'MASKED';",
    "CREATE POLICY p ON public.a TO app USING (true);",
    "CREATE ROLE app;",
    "ALTER ROLE app WITH LOGIN;",
    "ALTER TABLE public.a OWNER TO app;",
    'ALTER FUNCTION public.f(a integer, b text) OWNER TO "odd; role";',
    "CREATE TRIGGER t BEFORE INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION public.f();",
    "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION public.f();",
    "CREATE RULE r AS ON INSERT TO public.a DO NOTHING;",
    "ALTER TABLE public.a DISABLE TRIGGER t;",
    'ALTER TABLE "Odd"."a b" ENABLE ALWAYS TRIGGER t;',
    "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION public.f();",
    "ALTER EVENT TRIGGER e OWNER TO app;",
    "CREATE PUBLICATION p FOR ALL TABLES;",
    "CREATE SUBSCRIPTION s CONNECTION 'host=there' PUBLICATION p;",
    "CREATE DATABASE shop WITH TEMPLATE = template0;",
    "ALTER DATABASE shop SET TABLESPACE fast;",
    "ALTER TABLE ONLY public.a ALTER COLUMN b SET COMPRESSION lz4;",
    "COMMENT ON EXTENSION postgis IS 'geometry';",
    "COMMENT ON COLUMN public.a.b IS 'x';",
    "SET client_encoding = 'LATIN1';",
    "SET SESSION AUTHORIZATION 'app';",
    "set role app;",
    "BEGIN;",
    "COMMIT;",
  ])("this one is left out: %s", (sql) => {
    expect(loadable(sql, "here")).toBeUndefined();
  });

  test.each([
    "CREATE TABLE public.copy (id bigint);",
    "CREATE TABLE public.a (id bigint, enable boolean);",
    "ALTER TABLE public.a ADD COLUMN enable boolean;",
    "ALTER TABLE ONLY public.a ATTACH PARTITION public.b FOR VALUES IN (1);",
    "COMMENT ON TABLE public.a IS 'x';",
    "SET check_function_bodies = false;",
    "SELECT pg_catalog.set_config('search_path', '', false);",
    "ALTER ROLE app SET timezone TO 'UTC';",
    "CREATE TYPE public.role AS ENUM ('a');",
  ])("this one is run as it is: %s", (sql) => {
    expect(loadable(sql, "here")).toBe(sql);
  });

  test.each([
    ["ALTER DATABASE shop SET search_path TO 'a';", "ALTER DATABASE here SET search_path TO 'a';"],
    ['ALTER DATABASE "odd $& name" SET a.b TO 1;', "ALTER DATABASE here SET a.b TO 1;"],
    [
      "ALTER ROLE app IN DATABASE shop SET \"TimeZone\" TO 'UTC';",
      "ALTER ROLE app IN DATABASE here SET \"TimeZone\" TO 'UTC';",
    ],
  ])("this one is run for the database that is there: %s", (sql, there) => {
    expect(loadable(sql, "here")).toBe(there);
  });

  test.each([
    ["ALTER DATABASE Shop SET search_path TO 'a';", "shop"],
    ['ALTER DATABASE "Odd ""shop""" SET a.b TO 1;', 'Odd "shop"'],
    ["ALTER ROLE app IN DATABASE shop SET a.b TO 1;", "shop"],
    ["ALTER ROLE app SET a.b TO 1;", undefined],
  ])("this one tells what the database is called, if any: %s", (sql, name) => {
    expect(databaseOf(sql)).toBe(name);
  });

  test.each([
    "SET no_such_setting = 1;",
    "DROP SCHEMA x;",
    "CREATE SCHEMA public;",
    "ALTER TABLE ONLY a DROP CONSTRAINT b;",
  ])("nothing is missing where this one fails: %s", (sql) => {
    expect(mayFail(sql)).toBe(true);
  });

  test("one that makes a table may not fail", () => {
    expect(mayFail("CREATE TABLE drop (id bigint);")).toBe(false);
    expect(mayFail("ALTER TABLE a ADD CONSTRAINT drop PRIMARY KEY (id);")).toBe(false);
  });
});

describe("a statement is about", () => {
  test.each([
    ["CREATE TABLE public.carts (id bigint);", [["public", "carts"]]],
    ['CREATE UNLOGGED TABLE IF NOT EXISTS "Odd"."a ""b""" (id bigint);', [["Odd", 'a "b"']]],
    ["create table Carts(id bigint);", [[undefined, "carts"]]],
    ["CREATE OR REPLACE VIEW public.v AS SELECT 1;", [["public", "v"]]],
    [
      "ALTER TABLE ONLY public.carts\n    ADD CONSTRAINT p PRIMARY KEY (id);",
      [["public", "carts"]],
    ],
    ["CREATE UNIQUE INDEX i ON ONLY public.carts USING btree (id);", [["public", "carts"]]],
    ["CREATE INDEX ON carts(id);", [[undefined, "carts"]]],
    ["COMMENT ON TABLE public.carts IS 'x';", [["public", "carts"]]],
    [
      "ALTER TABLE ONLY public.carts\n    ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES auth.users(a, b) ON DELETE CASCADE;",
      [
        ["public", "carts"],
        ["auth", "users"],
      ],
    ],
  ])("the table that it makes or refers to: %s", (sql, tables) => {
    expect(tablesOf(sql)).toEqual(tables.map(([schema, name]) => ({ schema, name })));
  });

  test.each([
    "CREATE FUNCTION public.carts() RETURNS integer LANGUAGE sql AS 'select 1';",
    "CREATE INDEX i ON public.carts USING hnsw (embedding);",
    "ALTER TABLE public.carts\n    ADD CONSTRAINT c CHECK (public.st_isvalid(place)) NOT VALID;",
    "ALTER TABLE ONLY public.carts\n    ADD CONSTRAINT e EXCLUDE USING gist (id WITH =);",
    "CREATE SEQUENCE public.carts_id_seq;",
  ])("no table where the catalog says of none that this manifest needs: %s", (sql) => {
    expect(tablesOf(sql)).toEqual([]);
  });
});

test("the extensions of a dump are found, however they are written", () => {
  const text =
    "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;\n-- CREATE EXTENSION no;\n" +
    "create extension \"uuid-ossp\";\nCOMMENT ON EXTENSION hstore IS 'x';\n";
  expect(extensionsIn(text)).toEqual(["citext", "uuid-ossp"]);
});

test.each([
  ['role "odd ""role" does not exist', 'create role "odd """"role" login'],
  ['role "app" does not exist', "create role app login"],
  [
    'collation "pg_catalog.de_DE.utf8" for encoding "UTF8" does not exist',
    'create collation pg_catalog."de_DE.utf8" from "C"',
  ],
  ['collation "nowhere" for encoding "UTF8" does not exist', 'create collation nowhere from "C"'],
  ['type "public.geometry" does not exist', undefined],
])("what can stand in where PostgreSQL says: %s", (refusal, sql) => {
  expect(standIn(refusal)).toBe(sql);
});
