import { readdirSync, readFileSync } from "node:fs";
import { loadModule, parsePlPgSQLSync, parseSync } from "libpg-query";
import { beforeAll, describe, expect, test } from "vitest";
import { advance, type GoldenCase, goldenCases, inFolder, nothing } from "../golden/golden.ts";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { statementsOf } from "../support/migration-text.ts";

const MARK = /^\s*--[\s-]*(?:up|down)\s+migration/gim;
const ALL_COLUMNS = /\bselect\s+(?:distinct\s+)?(?:\w+\.)?\*/;
const WIDTH = 100;
/** In what is generated, room for the reader's own names. */
const WIDTH_WITH_NAMES = 120;

interface SqlFile {
  readonly name: string;
  readonly text: string;
}

/** Names of its own that need not fit anywhere. */
const ODD_NAMES = "names-of-every-kind-stand-in-tables-columns-owners-and-edges";

const templates = filesBelow("../../sql/", /\.sql$/);
const migrations = filesBelow("../golden/", /\/expected\/\d+_.*\.(?:sql|mjs)$/);

function filesBelow(folder: string, which: RegExp): readonly SqlFile[] {
  const root = new URL(folder, import.meta.url);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => which.test(name))
    .map((name) => ({ name, text: readFileSync(new URL(encodeURI(name), root), "utf8") }));
}

const FREE =
  /--.*$|:"\w+"|:'\w+'|:\{\w+\}|(?<!\w)E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|(?:U&)?"(?:[^"]|"")*"/gm;

/** The SQL without what may be written in any way: comments, literals, quoted names, slots. */
function codeOf(text: string): string {
  return text.replaceAll(FREE, (token) => {
    if (token.startsWith("--")) return "";
    if (token.startsWith(":")) return "slot";
    return token.endsWith("'") ? "''" : "name";
  });
}

function wrongLines(text: string, wrong: (line: string) => boolean): string[] {
  return text.split("\n").filter(wrong);
}

/** A handler of all errors must say why it may swallow them, on a line beside it. */
function silentHandlers(text: string): string[] {
  const lines = text.split("\n");
  return lines.filter((line, index) => {
    const beside = [lines[index - 1], lines[index + 1]].map((other) => other?.trim() ?? "");
    return /\bwhen others\b/i.test(line) && !beside.some((other) => other.startsWith("--"));
  });
}

test("there are templates and golden migrations to look at", () => {
  expect(templates.length).toBeGreaterThan(50);
  expect(migrations.length).toBeGreaterThan(30);
});

describe.each(templates)("sql/$name", ({ text }) => {
  test("fits on a page, without tabs and trailing blanks", () => {
    expect(wrongLines(text, (line) => line.length > WIDTH)).toEqual([]);
    expect(wrongLines(text, (line) => line.includes("\t") || line.trimEnd() !== line)).toEqual([]);
    expect(text.endsWith("\n") && !text.endsWith("\n\n")).toBe(true);
  });

  test("is written in lower case", () => {
    expect(wrongLines(codeOf(text), (line) => /[A-Z]/.test(line))).toEqual([]);
  });

  test("says first what it makes, and why", () => {
    if (/^(?:create|alter|do)\b/m.test(text)) expect(text).toMatch(/^-- /);
  });

  test("selects no *, and swallows no error without a reason", () => {
    expect(wrongLines(codeOf(text), (line) => ALL_COLUMNS.test(line))).toEqual([]);
    expect(silentHandlers(text)).toEqual([]);
  });

  test("has no line that cuts a migration in two, and no dollar quotes but ours", () => {
    expect(text.match(MARK)).toBeNull();
    const tags = (text.match(/\$\w*\$/g) ?? []).filter((tag) => tag !== "$lastwill$");
    expect(new Set(tags)).toEqual(new Set(tags.includes("$sql$") ? ["$sql$"] : []));
  });
});

describe.each(migrations)("the golden $name", ({ name, text }) => {
  beforeAll(() => loadModule());

  test("is one SQL file with its two marks, or a script without any", () => {
    const marks = text.match(MARK)?.map((mark) => mark.trim()) ?? [];
    expect(marks).toEqual(name.endsWith(".sql") ? ["-- Up Migration", "-- Down Migration"] : []);
  });

  test("parses, both ways, down to the PL/pgSQL", async () => {
    const { up, down } = await halvesOf(text);
    for (const half of [up, down]) {
      const { stmts = [] } = half.trim() === "" ? {} : parseSync(half);
      for (const { stmt, stmt_location: start = 0, stmt_len: length } of stmts) {
        const bytes = Buffer.from(half).subarray(start, length ? start + length : undefined);
        if (isPlPgSql(stmt)) expect(parsePlPgSQLSync(bytes.toString())).toBeDefined();
      }
    }
  });

  test("is written in lower case, without tabs, trailing blanks and *", async () => {
    const { up, down } = await halvesOf(text);
    // A former foreign key comes back in PostgreSQL's own words.
    const code = codeOf(`${up}\n${down}`).replaceAll(/^ {2}FOREIGN KEY .*;$/gm, "");
    expect(wrongLines(code, (line) => /[A-Z]/.test(line))).toEqual([]);
    expect(wrongLines(text, (line) => line.includes("\t") || line.trimEnd() !== line)).toEqual([]);
    // A trigger's row is known only at run time, and so are its columns.
    const all = (line: string) => ALL_COLUMNS.test(line.replaceAll(/select (?:new|old)\.\*/g, ""));
    expect(wrongLines(code, all)).toEqual([]);
  });

  test("swallows no error without a reason", () => {
    expect(silentHandlers(text)).toEqual([]);
  });

  test.skipIf(name.startsWith(ODD_NAMES))("fits on a page, but for literals by themselves", () => {
    const literal = /^\s*(?:'.*'[,;)]*|-- .*)$/;
    const long = wrongLines(text, (line) => line.length > WIDTH_WITH_NAMES);
    expect(long.filter((line) => !literal.test(line))).toEqual([]);
  });
});

async function halvesOf(text: string): Promise<{ up: string; down: string }> {
  if (!text.startsWith("//")) {
    const [, up = "", down = ""] = text.split(/^-- (?:Up|Down) Migration$/m);
    return { up, down };
  }
  const { up, down } = await statementsOf(text);
  return { up: up.join("\n"), down: down.join("\n") };
}

function isPlPgSql(statement: unknown): boolean {
  const text = JSON.stringify(statement);
  if (text.startsWith('{"DoStmt"')) return true;
  return text.startsWith('{"CreateFunctionStmt"') && text.includes('{"sval":"plpgsql"}');
}

describe.each(goldenCases("install"))("in the database: $name", (golden) => {
  test("every function is pinned to its names, revoked and stamped", () =>
    installed(golden, async (db) => {
      expect(await db.query(UNPINNED)).toEqual([]);
      expect(await db.query(GRANTED)).toEqual([]);
      expect(await db.query(UNSTAMPED)).toEqual([]);
    }));

  test("what commits names everything with its schema, for it can pin nothing", () =>
    installed(golden, async (db) => {
      const procedures = await db.query<{ name: string; body: string }>(PROCEDURES);
      expect(procedures.length).toBeGreaterThan(1);
      for (const { name, body } of procedures) {
        const code = codeOf(body).replaceAll(GRAMMAR_CALLS, "");
        const calls = code.match(/(?<![\w.])\w+\(/g) ?? [];
        const tables = code.match(BARE_TABLE) ?? [];
        expect({ name, calls, tables }).toEqual({ name, calls: [], tables: [] });
      }
    }));
});

const BARE_TABLE = /\b(?:from|join|insert into|update)\s+(?!lateral\b)\w+(?![\w.(])/g;

/** Looks like a call, but is grammar: it cannot be anybody else's. */
const GRAMMAR_CALLS =
  /\b(?:cast|greatest|least|coalesce|nullif|exists|any|all|array|in|values|slot|operator)\(/g;

async function installed<T>(
  golden: GoldenCase,
  look: (db: TestDatabase) => Promise<T>,
): Promise<T> {
  return withDatabase(async (db) => {
    await db.query(golden.schema);
    await inFolder((folder) => advance(db, folder, golden.manifests[0] ?? "", nothing));
    return look(db);
  });
}

const UNPINNED = `
  select p.oid::regprocedure::text as function
  from pg_proc as p
  where p.pronamespace = 'lastwill'::regnamespace
    and p.prosqlbody is null
    and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
    -- A condition of the user's own finds what he is used to finding, but nothing temporary first.
    and not (
      p.proname ~ '_(keeps|guards)$'
      and exists (select from unnest(p.proconfig) as c where c ~ '^search_path=.*, pg_temp$')
    )
    and (p.prosecdef or p.prokind <> 'p')`;

const PROCEDURES = `
  select p.proname as name, p.prosrc as body
  from pg_proc as p
  where p.pronamespace = 'lastwill'::regnamespace
    and p.prokind = 'p'`;

/** Grants to public; where nothing was ever granted or revoked, a function has one by default. */
const GRANTED = `
  select thing.name, thing.privilege_type
  from (
    select p.oid::regprocedure::text as name, acl.grantee, acl.privilege_type
    from pg_proc as p
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as acl
    where p.pronamespace = 'lastwill'::regnamespace
    union all
    select c.oid::regclass::text, acl.grantee, acl.privilege_type
    from pg_class as c
    cross join lateral aclexplode(c.relacl) as acl
    where c.relnamespace = 'lastwill'::regnamespace
    union all
    select n.nspname, acl.grantee, acl.privilege_type
    from pg_namespace as n
    cross join lateral aclexplode(n.nspacl) as acl
    where n.nspname = 'lastwill'
  ) as thing
  where thing.grantee = 0`;

/** Constraints and indexes of our own tables are part of them; their table's stamp covers them. */
const UNSTAMPED = `
  select thing.name
  from (
    select 'schema' as name, obj_description(n.oid, 'pg_namespace') as comment
    from pg_namespace as n
    where n.nspname = 'lastwill'
    union all
    select p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc')
    from pg_proc as p
    where p.pronamespace = 'lastwill'::regnamespace
      -- A codec's helpers stand in its file, and change with it.
      and p.proname not in ('decode_django_inflate', 'decode_django_huffman')
    union all
    select c.oid::regclass::text, obj_description(c.oid, 'pg_class')
    from pg_class as c
    where (c.relnamespace = 'lastwill'::regnamespace and c.relkind in ('r', 'v'))
      or (c.relnamespace <> 'lastwill'::regnamespace and c.relname like 'lastwill\\_%\\_idx')
    union all
    select t.tgname, obj_description(t.oid, 'pg_trigger')
    from pg_trigger as t
    where not t.tgisinternal
    union all
    select k.conname, obj_description(k.oid, 'pg_constraint')
    from pg_constraint as k
    where k.connamespace <> 'lastwill'::regnamespace
      and k.conname like 'lastwill\\_%'
      and k.contype = 'f'
  ) as thing
  where thing.comment is null
    or thing.comment !~ '^.+ \\[lastwill [0-9a-f]{12}\\]$'`;
