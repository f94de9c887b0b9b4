import { readdirSync, readFileSync } from "node:fs";
import { loadModule, parsePlPgSQLSync, parseSync } from "libpg-query";
import { beforeAll, describe, expect, test } from "vitest";
import { statementsOf } from "../support/migration-text.ts";
import { codeOf } from "../support/sql-code.ts";

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
