import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { withDatabase } from "../support/database.ts";
import { builtForTests, type Ran, ROOT, run } from "./built.ts";

const built = builtForTests();

/** The example's manifest, and a database where its tables are. */
interface Project {
  readonly folder: string;
  readonly lastwill: (...args: string[]) => Promise<Ran>;
  /** The same without a database. */
  readonly alone: (...args: string[]) => Promise<Ran>;
}

function withProject(use: (project: Project) => Promise<void>): Promise<void> {
  return withDatabase(async (db) => {
    const folder = mkdtempSync(join(tmpdir(), "lw-formats-"));
    try {
      copyFileSync(join(ROOT, "ownership.yaml"), join(folder, "ownership.yaml"));
      const shop = readFileSync(join(ROOT, "migrations/0001_shop.sql"), "utf8");
      await db.query(shop.split("-- Down Migration")[0] ?? "");
      const SOURCE_DATE_EPOCH = "1770091506";
      const call =
        (env: Record<string, string>) =>
        (...args: string[]) =>
          run("node", [built.cli, ...args], { cwd: folder, env });
      await use({
        folder,
        lastwill: call({ SOURCE_DATE_EPOCH, DATABASE_URL: db.url }),
        alone: call({ SOURCE_DATE_EPOCH }),
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

describe("gen-migrations --format", () => {
  test.each([
    ["flyway", "sql", "V2__lastwill_install.sql"],
    ["prisma", "prisma/migrations", /^2026020304\d{4}_lastwill_install$/],
    ["drizzle", "drizzle", "0001_lastwill_install.sql"],
  ])("%s is remembered: the next run finds its files, and has nothing to do", (format, out, file) =>
    withProject(async ({ folder, lastwill }) => {
      const first = await lastwill("gen-migrations", "--format", format, "-o", out);
      expect(first).toMatchObject({ code: 0 });
      expect(first.stderr).toContain("run them as you run your others");
      expect(readdirSync(join(folder, out))).toContainEqual(
        typeof file === "string" ? file : expect.stringMatching(file),
      );
      expect(await lastwill("gen-migrations", "-o", out)).toEqual({
        code: 0,
        stdout: "",
        stderr: "Nothing has changed since the last migration.\n",
      });
    }),
  );

  test("--stdout says of each file which it is", () =>
    withProject(async ({ folder, lastwill }) => {
      const printed = await lastwill("gen-migrations", "--format", "sql", "--stdout");
      expect(printed.code).toBe(0);
      const titles = printed.stdout.match(/^==> .* <==$/gm) ?? [];
      expect(titles).toHaveLength(6);
      expect(titles[3]).toBe(`==> ${join("migrations", "0002_lastwill-install.down.sql")} <==`);
      expect(readdirSync(folder)).toEqual(["ownership.yaml"]);
    }));

  test("ends with 2 without a database, and says how the schema can be read", () =>
    withProject(async ({ folder, alone }) => {
      mkdirSync(join(folder, "db"));
      writeFileSync(join(folder, "db/20250101000000_shop.sql"), "-- migrate:up\n-- migrate:down\n");
      const ran = await alone("gen-migrations", "--format", "dbmate", "-o", "db");
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toMatch(
        /only node-pg-migrate's migrations.*\n.* -d postgres:.* --schema /,
      );
    }));

  test("ends with 2 when drizzle's journal is none, and leaves it as it is", () =>
    withProject(async ({ folder, lastwill }) => {
      mkdirSync(join(folder, "drizzle/meta"), { recursive: true });
      writeFileSync(join(folder, "drizzle/meta/_journal.json"), "<<<<<<< mine\n");
      const ran = await lastwill("gen-migrations", "--format", "drizzle", "-o", "drizzle");
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain("meta/_journal.json in the migrations folder is not a journal");
      expect(readdirSync(join(folder, "drizzle"))).toEqual(["meta"]);
    }));
});

test("lastwill migrate refuses what is written for another tool, and names it", () =>
  withProject(async ({ lastwill }) => {
    await lastwill("gen-migrations", "--format", "dbmate", "-o", "db");
    for (const verb of ["up", "down", "status"]) {
      const ran = await lastwill("migrate", verb, "-o", "db");
      expect(ran, verb).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toContain("not for node-pg-migrate: 20260203040506_lastwill_prepare.sql");
      expect(ran.stderr).toContain("Run them with that tool.");
    }
  }));
