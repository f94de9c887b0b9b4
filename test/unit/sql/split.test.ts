import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadModule, parseSync } from "libpg-query";
import { describe, expect, it } from "vitest";
import { splitStatements } from "../../../src/sql/split.ts";
import { sql } from "../plan/things.ts";

describe("splitStatements", () => {
  it.each([
    ["select 1;\n\n-- Why; this.\nselect 2;", ["select 1;", "-- Why; this.\nselect 2;"]],
    ["select ';', 'it''s;';", ["select ';', 'it''s;';"]],
    ["select E'\\';', U&'\\0027';select 2;", ["select E'\\';', U&'\\0027';", "select 2;"]],
    ["select name';' from a;", ["select name';' from a;"]],
    ['drop table "a;""b";', ['drop table "a;""b";']],
    ["do $a$ x; $$ y; $a$; select $1;", ["do $a$ x; $$ y; $a$;", "select $1;"]],
    ["/* a; */ select 1;", ["/* a; */ select 1;"]],
    ["select 1", ["select 1"]],
    ["\n", []],
  ])("%j", (text, statements) => {
    expect(splitStatements(sql(text))).toEqual(statements);
  });

  it("finds in every golden migration the statements that PostgreSQL finds", async () => {
    await loadModule();
    const root = fileURLToPath(new URL("../../golden/", import.meta.url));
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
      /expected\/\d.*\.sql$/.test(name),
    );
    expect(files.length).toBeGreaterThan(30);
    for (const file of files) {
      const text = readFileSync(`${root}/${file}`, "utf8");
      for (const half of text.split(/^-- (?:Up|Down) Migration$/m).slice(1)) {
        const found = splitStatements(sql(half));
        expect(found, file).toHaveLength(parseSync(half).stmts?.length ?? 0);
        for (const one of found) expect(parseSync(one).stmts, one).toHaveLength(1);
      }
    }
  });
});
