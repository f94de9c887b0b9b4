import { describe, expect, it } from "vitest";
import { dbmate } from "../../../src/format/dbmate.ts";
import { drizzle } from "../../../src/format/drizzle.ts";
import { flyway } from "../../../src/format/flyway.ts";
import { goose } from "../../../src/format/goose.ts";
import { prisma } from "../../../src/format/prisma.ts";
import { rails } from "../../../src/format/rails.ts";
import { plainSql } from "../../../src/format/sql.ts";
import type { DbObject } from "../../../src/objects/object.ts";
import { sql, thing } from "../plan/things.ts";
import { ALL, names, textOf, written } from "./written.ts";

const backfill = thing("backfill of a", { phase: "after", drop: [] });

describe("for psql", () => {
  it("what belongs together is one transaction, and what does not is none; both stop at an error", () => {
    const files = written(plainSql, { after: ALL });
    const install = textOf(files, "0002_lastwill-install.up.sql");
    expect(install).toMatch(
      /^\\set ON_ERROR_STOP on\n\nbegin;\n\n.*\n\ncreate schema lastwill;\n\n.*\n\ncommit;\n$/ms,
    );
    const finish = textOf(files, "0003_lastwill-finish.down.sql");
    expect(finish).toContain("\\set ON_ERROR_STOP on\n");
    expect(finish).not.toMatch(/^(begin|commit);$/m);
  });

  it("a way that has nothing to do does nothing", () => {
    const down = textOf(written(plainSql, { after: [backfill] }), /\.down\.sql$/);
    expect(down).toMatch(/^\\set ON_ERROR_STOP on\n\n-- Nothing to do this way\.\n$/m);
  });
});

describe("for dbmate", () => {
  it("each statement outside a transaction is alone in its file, without a setting", () => {
    const files = written(dbmate, { after: ALL });
    const halves = files.map(({ text }) => {
      const [, up = "", down = ""] = text.split(/^-- migrate:(?:up|down) transaction:false$/m);
      return [up.trim(), down.trim()];
    });
    const nothing = "-- Nothing to do this way.";
    expect(halves.slice(0, 3)).toEqual([
      ["drop index a;", nothing],
      ["create index a;", nothing],
      ["comment on a;", "drop index a;"],
    ]);
    expect(halves[4]).toEqual(["create job a;", "drop job a;"]);
    expect(textOf(files, /install/)).toMatch(/^-- migrate:up$/m);
  });

  it("takes back from the last file to the first what takes more statements than the way up", () => {
    const [index, ...others] = ALL;
    const files = written(dbmate, { before: ALL, after: others });
    const downs = files.map(({ text }) => text.split("-- migrate:down transaction:false\n\n")[1]);
    expect(index?.create).toEqual(downs.reverse().map((down) => down?.trim()));
    expect(textOf(files, /./)).toContain("-- Step 1 of 3: a file is sent as one query");
  });

  it("has marks that nothing else can be", () => {
    for (const mark of ["-- migrate:up", "--migrate:down", "-- migrate:down transaction:false"])
      expect(() => written(dbmate, { after: [forged(mark)] })).toThrow("reads like a mark");
    expect(written(dbmate, { after: [forged("select '-- migrate:up';")] })).toHaveLength(1);
  });
});

describe("for goose", () => {
  it("every statement has a beginning and an end, and NO TRANSACTION is said first", () => {
    const files = written(goose, { after: ALL });
    const prepare = textOf(files, /prepare/);
    expect(prepare).toMatch(/^-- \+goose NO TRANSACTION\n/);
    expect(prepare).toContain(
      "-- +goose StatementBegin\ncreate index a;\n-- +goose StatementEnd\n",
    );
    expect(textOf(files, /install/)).not.toContain("NO TRANSACTION");
  });

  it("has marks that nothing else can be", () => {
    for (const mark of ["-- +goose Down", "--+goose StatementEnd", "-- +goose ENVSUBST ON"])
      expect(() => written(goose, { after: [forged(mark)] })).toThrow("reads like a mark");
    expect(written(goose, { after: [forged("select '-- +goose Down';")] })).toHaveLength(1);
  });
});

describe("for Flyway", () => {
  it("the settings beside a file leave placeholders alone, and say what runs outside a transaction", () => {
    const files = written(flyway, { after: ALL });
    for (const kind of ["V", "U"]) {
      expect(textOf(files, `${kind}1__lastwill_prepare.sql.conf`)).toBe(
        "placeholderReplacement=false\nexecuteInTransaction=false\n",
      );
      expect(textOf(files, `${kind}2__lastwill_install.sql.conf`)).toBe(
        "placeholderReplacement=false\n",
      );
    }
    expect(textOf(files, "V3__lastwill_finish.sql")).toContain(
      "postgresql.transactional.lock=false",
    );
    expect(textOf(files, "U1__lastwill_prepare.sql")).toContain("\n\ndrop index a;\n\n");
  });
});

describe("for Prisma", () => {
  it("the way down says how it is run, with the folder's name", () => {
    const files = written(prisma, { after: ALL });
    const down = textOf(files, "20260203040508_lastwill_prepare/down.sql");
    expect(down).toContain("db execute --file prisma/migrations/20260203040508_lastwill_prepare/");
    expect(down).toContain("where migration_name = '20260203040508_lastwill_prepare';");
    expect(down).toMatch(/\n\ndrop index a;\n$/);
    expect(textOf(files, "20260203040507_lastwill_prepare/migration.sql")).toMatch(
      /\n\ncreate index a;\n$/,
    );
  });
});

describe("for drizzle", () => {
  it("what runs outside a transaction ends drizzle's, and begins another", () => {
    const files = written(drizzle, { after: ALL });
    const parts = textOf(files, "0000_lastwill_prepare.sql").split("--> statement-breakpoint");
    expect(parts.map((part) => part.trim().split("\n").at(-1))).toEqual([
      "commit;",
      "set lock_timeout = 0;",
      "set statement_timeout = 0;",
      "drop index a;",
      "create index a;",
      "comment on a;",
      "reset statement_timeout;",
      "reset lock_timeout;",
      "begin;",
    ]);
    expect(textOf(files, "0001_lastwill_install.sql")).not.toMatch(/^(begin|commit);$/m);
  });

  it("leaves drizzle's transaction alone where there is nothing to do", () => {
    const files = written(drizzle, { before: [backfill] });
    expect(textOf(files, "0000_lastwill_prepare.sql")).toMatch(
      /\n\n-- Nothing to do this way\.\n$/,
    );
  });

  it("has breakpoints that nothing else can be, wherever it stands", () => {
    const text = "select '--> statement-breakpoint';";
    expect(() => written(drizzle, { after: [forged(text)] })).toThrow("reads like a mark");
  });
});

describe("for Rails", () => {
  it("a class has the name that its file asks for, and no other file's", () => {
    const change = { after: [thing("table lastwill.a")] };
    const file = (...existing: string[]) => {
      const [only] = written(rails, change, { existing });
      return [only?.name, /^class (\w+) </m.exec(only?.text ?? "")?.[1]];
    };
    expect(file()).toEqual(["20260203040506_lastwill_change.rb", "LastwillChange"]);
    expect(file("20250101000000_lastwill_change.rb")).toEqual([
      "20260203040506_lastwill_change_2.rb",
      "LastwillChange2",
    ]);
    expect(
      file("2025_lastwill_change.rb", "2026_lastwill_change_9.rb", "2027_lastwill_install.rb")[1],
    ).toBe("LastwillChange10");
  });

  it("a transaction is left out where there must be none", () => {
    const files = written(rails, { after: ALL });
    const [without, within] = [textOf(files, /prepare/), textOf(files, /install/)];
    expect(without).toContain("  disable_ddl_transaction!\n");
    expect(within).not.toContain("disable_ddl_transaction!");
  });

  it("a text ends where no line of it could", () => {
    const statement = "select '\n  SQL\nSQL_\n#{x} \\n';";
    const [file] = written(rails, { after: [forged(statement)] });
    expect(file?.text).toContain(`    execute <<-'SQL__'\n${statement}\n    SQL__\n`);
    expect(names(file ? [file] : [])).toEqual(["20260203040506_lastwill_change.rb"]);
  });
});

/** A thing with a line in its SQL. */
function forged(line: string): DbObject {
  return thing("table lastwill.a", { create: [sql(line)] });
}
