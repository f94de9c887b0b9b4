import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MigrationFile } from "../../../src/format/format.ts";
import { nodePgMigrate } from "../../../src/format/node-pg-migrate.ts";
import type { DbObject } from "../../../src/objects/object.ts";
import { diff } from "../../../src/plan/diff.ts";
import { migrationsOf } from "../../../src/plan/migration.ts";
import { statementsOf } from "../../support/migration-text.ts";
import { sql, thing } from "./things.ts";

const index = thing("index a", { phase: "before" });
const schema = thing("schema lastwill");
const table = thing("table lastwill.a", { hazards: [{ text: "stops writes" }] });
const job = thing("pg_cron job a", { phase: "after" });
const all = [index, schema, table, job];

function files(before: readonly DbObject[], after: readonly DbObject[], existing: string[] = []) {
  const migrations = migrationsOf(diff(before, after), diff(after, before));
  return nodePgMigrate.write(migrations, { existing, texts: new Map(), now: 0 });
}

function names(migrations: readonly MigrationFile[]): string[] {
  return migrations.map(({ name }) => name);
}

describe("migrations for node-pg-migrate", () => {
  it("writes a file for each phase, in the order in which they run", () => {
    expect(names(files([], all))).toEqual([
      "0001_lastwill-prepare.mjs",
      "0002_lastwill-install.sql",
      "0003_lastwill-finish.mjs",
    ]);
  });

  it("goes down in the mirrored file: what was made last is the first to go", async () => {
    const migrations = files([], all);
    const statements = await Promise.all(migrations.map(({ text }) => statementsOf(text)));
    expect(statements.map(({ up }) => up)).toEqual([
      ["create index a;"],
      ["create schema lastwill;", "create table lastwill.a;"],
      ["create pg_cron job a;"],
    ]);
    expect(statements.map(({ down }) => down)).toEqual([
      ["drop index a;"],
      ["drop table lastwill.a;", "drop schema lastwill;"],
      ["drop pg_cron job a;"],
    ]);
  });

  it("writes no file for a phase without statements, and none when nothing has changed", () => {
    expect(names(files([], [schema]))).toEqual(["0001_lastwill-install.sql"]);
    expect(files(all, all)).toEqual([]);
  });

  it("drops in the first file what was made in the last, and in the last what was made in the first", async () => {
    const migrations = files(all, [schema], ["0003_lastwill-finish.mjs"]);
    expect(names(migrations)).toEqual([
      "0004_lastwill-prepare.mjs",
      "0005_lastwill-change.sql",
      "0006_lastwill-finish.mjs",
    ]);
    const [first, , last] = await Promise.all(migrations.map(({ text }) => statementsOf(text)));
    expect(first).toEqual({ up: ["drop pg_cron job a;"], down: ["create pg_cron job a;"] });
    expect(last).toEqual({ up: ["drop index a;"], down: ["create index a;"] });
  });

  it("has a file whose way back alone does something", async () => {
    const backfill = thing("backfill of a", { phase: "after", drop: [] });
    const [first] = files([backfill], []);
    expect(first?.name).toBe("0001_lastwill-prepare.mjs");
    expect(await statementsOf(first?.text ?? "")).toEqual({
      up: [],
      down: ["create backfill of a;"],
    });
  });

  it("bounds how long it waits and works, looks names up nowhere else, and leaves the settings as they were", () => {
    const [file] = files([], [schema]);
    expect(
      file?.text,
    ).toBe(`-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Hazards of going down:
-- - drops schema lastwill, with all that is in it

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

create schema lastwill;

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;

-- Down Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop schema lastwill;

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
`);
  });

  it("lists each hazard once, both ways, in lines that fit on a page", () => {
    const long = `reads ${"all of it and ".repeat(12)}writes\ngo on`;
    const [file] = files(
      [],
      [
        { ...table, hazards: [{ text: long }, { text: "stops writes" }] },
        thing("table lastwill.b", { hazards: [{ text: "stops writes" }] }),
      ],
    );
    const header = file?.text.split("-- Up Migration")[0] ?? "";
    expect(file?.hazards.map(({ text }) => text)).toEqual([long, "stops writes"]);
    expect(header.match(/^-- - stops writes$/gm)).toHaveLength(1);
    expect(header).toContain(
      "-- Hazards of going down:\n-- - drops lastwill.b, with what is in it\n",
    );
    expect(header.replaceAll(/\n-- {2,}/g, " ")).toContain(
      `-- - reads ${"all of it and ".repeat(12)}writes go on\n`,
    );
    for (const line of header.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });

  it("refuses a statement with a line that node-pg-migrate would take for its own mark", () => {
    for (const mark of ["-- Down Migration", "  --- up   migration, later", "--DOWN MIGRATION"]) {
      const forged = thing("table a", { create: [sql(`select 1;\n${mark}\nselect 2;`)] });
      expect(() => files([], [forged])).toThrow("something in the SQL reads like a mark");
    }
    const fine = thing("table a", { create: [sql("select '-- Down Migration';")] });
    expect(files([], [fine])).toHaveLength(1);
  });

  it("escapes what JavaScript would read in a statement", async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what looks like a slot is to stay
    const odd = "select `a`, '${b}', '\\n', '\\\\', '$$', '\\`', '\\${c}', '\u2028', $${d}`;";
    const [file] = files([], [thing("index a", { phase: "before", create: [sql(odd)] })]);
    expect((await statementsOf(file?.text ?? "")).up).toEqual([odd]);
  });

  it("gives back every statement of an .mjs file as it was", async () => {
    const statement = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^([`$\\{}'"\nu0x-]){0,12}$/),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 4 }), async (texts) => {
        // JavaScript reads every end of a line as \n; control characters do not get past quoting.
        fc.pre(texts.every((text) => text.trim() === text && text !== "" && !text.includes("\r")));
        const create = texts.map(sql);
        const [file] = files([], [thing("index a", { phase: "before", create })]);
        expect((await statementsOf(file?.text ?? "")).up).toEqual(texts);
      }),
      { numRuns: 200 },
    );
  });
});
