import { readdirSync, readFileSync } from "node:fs";
import { hasSqlDetails, loadModule, parseSync } from "libpg-query";
import { beforeAll, describe, expect, test } from "vitest";
import { type Statement, statementsOf } from "../../../src/dump/statements.ts";

beforeAll(loadModule);

/** PostgreSQL's own parser, without a server. */
async function parse(sql: string): Promise<string | undefined> {
  try {
    parseSync(sql);
    return undefined;
  } catch (error) {
    if (hasSqlDetails(error)) return error.sqlDetails?.message ?? error.message;
    throw error;
  }
}

async function cut(text: string): Promise<Statement[]> {
  const statements: Statement[] = [];
  for await (const statement of statementsOf(text, parse)) statements.push(statement);
  return statements;
}

const sqlOf = async (text: string) => (await cut(text)).map(({ sql }) => sql);

describe("a statement ends", () => {
  const ONE: readonly [name: string, sql: string][] = [
    ["not within a literal", "comment on table a is 'it''s; so -- be it; ';"],
    ["not within a literal of several lines", "comment on table a is 'it''s;\n-- so;\n';"],
    ["not within a literal with backslashes", "select e'it\\'s;', U&'d\\0061t;', b'1';"],
    ["not within a quoted name", 'create table "a;""b;" (id integer);'],
    [
      "not within dollars",
      "create function f() returns text as $$ select ';$a$;' $$ language sql;",
    ],
    [
      "not within dollars with a tag",
      "create function f() returns text language plpgsql as $_$\nbegin\n  -- it's\n  return '$$;'; -- done;\nend $_$;",
    ],
    ["not within a comment", "create table a ( -- one; two;\n  id integer /* 'three; */);"],
    ["not within a comment behind what could be all", "select 1 -- and; then;\n  + 2;"],
    ["not behind dashes that are no comment", "comment on table a is 'x -- y;\nz -- ';"],
    [
      "not within the parentheses of a rule",
      "create rule r as on insert to a do (select 1; select 2);",
    ],
    [
      "not within a body that begins atomic",
      "create function f(x integer) returns text begin atomic\n select 1;\n select case when x > 1 then 'a;' else 'b' end;\nend;",
    ],
    ["at the text's end, without a semicolon too", "create table a (id integer)"],
  ];

  test.each(ONE)("%s", async (_, sql) => {
    expect(await sqlOf(`${sql}\ncreate table z (id integer);`)).toEqual(
      sql.endsWith(";")
        ? [sql, "create table z (id integer);"]
        : [`${sql}\ncreate table z (id integer);`],
    );
  });

  test("at each semicolon of a line", async () => {
    expect(await sqlOf("select 1; select ';' ;; select 3; -- four;")).toEqual([
      "select 1;",
      "select ';' ;",
      ";",
      "select 3;",
    ]);
  });
});

test("what stands between statements belongs to none, and each has its line", async () => {
  const text = [
    "-- Name: a; Type: TABLE; Schema: public",
    "\\restrict a;b",
    "",
    "create table a (",
    "  id integer);",
    "/* so; */ \\connect other",
    "  select 2;",
    "",
  ].join("\r\n");
  expect(await cut(text)).toEqual([
    { sql: "create table a (\r\n  id integer);", line: 4 },
    { sql: "select 2;", line: 7 },
  ]);
});

test("the rows of a copy are none of it", async () => {
  const text =
    'COPY public.a (id, "from;") FROM stdin;\n1\tit\'s;\n2\t\\N\n\\.\n\n' +
    "copy b from stdin with (format csv);\n\\.\nselect 1;\nCOPY c FROM stdin;\nno end; of it\n";
  expect(await cut(text)).toEqual([
    { sql: 'COPY public.a (id, "from;") FROM stdin;', line: 1 },
    { sql: "copy b from stdin with (format csv);", line: 6 },
    { sql: "select 1;", line: 8 },
    { sql: "COPY c FROM stdin;", line: 9 },
  ]);
});

test("a statement that nobody understands keeps no other from being found", async () => {
  expect(await sqlOf("select 1;\ncreate tabel a (id integer);\nselect 2;")).toEqual([
    "select 1;",
    "create tabel a (id integer);",
    "select 2;",
  ]);
});

test("a quote that is never closed takes the rest, after a few questions only", async () => {
  let questions = 0;
  const counting = (sql: string) => {
    questions += 1;
    return parse(sql);
  };
  const text = `select 1;\nselect 'a;\n${"select 2;\n".repeat(1000)}`;
  const found: Statement[] = [];
  for await (const statement of statementsOf(text, counting)) found.push(statement);
  expect(found.map(({ line }) => line)).toEqual([1, 2]);
  expect(questions).toBeLessThan(5);
});

describe("the SQL of this repository is cut where a parser of the whole cuts it:", () => {
  const root = new URL("../../../", import.meta.url);
  const files = readdirSync(new URL("test/", root), { recursive: true, encoding: "utf8" })
    .filter((name) => /(?:schema|expected[\\/]\d+_.*)\.sql$/.test(name))
    .map((name) => `test/${name.replaceAll("\\", "/")}`);

  test("and there is some", () => {
    expect(files.length).toBeGreaterThan(80);
  });

  test.each(files)("%s", async (file) => {
    // Without what is said to psql, which the parser does not know.
    const text = readFileSync(new URL(encodeURI(file), root), "utf8").replaceAll(/^\\.*$/gm, "");
    const bytes = Buffer.from(text);
    const whole = parseSync(text).stmts ?? [];
    const texts = whole.map(({ stmt_location: from = 0, stmt_len: length }) =>
      bytes.subarray(from, length === undefined ? undefined : from + length).toString(),
    );
    // The parser leaves the comments before a statement to it, and the semicolon out.
    const cutOff = (sql: string) => sql.replace(/^(?:\s+|--.*)+/, "").replace(/[\s;]+$/, "");
    expect((await sqlOf(text)).map(cutOff)).toEqual(texts.map(cutOff));
  });
});
