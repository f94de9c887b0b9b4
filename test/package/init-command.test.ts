import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { makeRails, SHOP, SIXTY } from "../support/init-databases.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();

/** An empty folder, and a database with what `make` puts into it. */
async function withProject(
  make: (db: TestDatabase) => Promise<unknown>,
  use: (
    lastwill: (...args: string[]) => Promise<Ran>,
    project: { readonly db: TestDatabase; readonly file: (name: string) => string },
  ) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lw-init-"));
  try {
    await withDatabase(async (db) => {
      await make(db);
      const lastwill = (...args: string[]) =>
        run("node", [built.cli, ...args], { cwd: folder, env: { DATABASE_URL: db.url } });
      await use(lastwill, { db, file: (name) => join(folder, name) });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("init, gen-migrations, migrate up, sweep and check run one after the other, and nothing is edited", () => {
  test.each([
    ["a shop on connect-pg-simple", (db: TestDatabase) => db.query(SHOP)],
    ["Rails' sessions in Marshal", makeRails],
    ["sixty tables without sessions", (db: TestDatabase) => db.query(SIXTY)],
  ])("on %s", (_, make) =>
    withProject(make, async (lastwill) => {
      for (const command of [
        ["init"],
        ["gen-migrations"],
        ["migrate", "up"],
        ["sweep"],
        ["check"],
      ]) {
        const ran = await lastwill(...command);
        expect(ran, ran.stderr).toMatchObject({ code: 0 });
      }
    }),
  );
});

test("init lets the sweep end what is a session's, and nothing that sessions mention", () =>
  withProject(
    (db) => db.query(SHOP),
    async (lastwill, { db }) => {
      for (const command of [["init"], ["gen-migrations"], ["migrate", "up"]]) {
        expect(await lastwill(...command)).toMatchObject({ code: 0 });
      }
      await db.query("delete from session");
      await db.query("update lastwill.released set due_at = now()");
      await db.query("call lastwill.sweep()");
      const [left] = await db.query(`
        select
          (select count(*) from carts where user_id is null)::integer as carts,
          (select count(*) from carts where user_id is not null)::integer as taken_carts,
          (select count(*) from uploads)::integer as uploads,
          (select count(*) from drafts)::integer as drafts,
          (select count(*) from documents)::integer as documents,
          (select count(*) from attachments)::integer as attachments,
          (select count(*) from orders)::integer as orders,
          (select count(*) from page_views)::integer as page_views,
          (select count(*) from users)::integer as users,
          (select count(*) from products)::integer as products`);
      expect(left).toEqual({
        carts: 0,
        taken_carts: 80,
        uploads: 0,
        drafts: 2,
        documents: 0,
        attachments: 0,
        orders: 50,
        page_views: 2000,
        users: 40,
        products: 100,
      });
    },
  ));

describe("what init writes, and where", () => {
  const empty = (db: TestDatabase) => db.query("select");

  test("--stdout prints the manifest and writes no file", () =>
    withProject(empty, async (lastwill, { file }) => {
      const { code, stdout } = await lastwill("init", "--stdout");
      expect(code).toBe(0);
      expect(stdout).toContain("managed: true");
      expect(existsSync(file("ownership.yaml"))).toBe(false);
    }));

  test("a file that is there stays as it is, and the database is not even asked", () =>
    withProject(empty, async (lastwill, { file }) => {
      writeFileSync(file("ownership.yaml"), "owners: {}\n");
      const { code, stderr } = await lastwill("init", "-d", "postgres://nobody@127.0.0.1:1/none");
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr:
          "lastwill: ownership.yaml is there already, and init overwrites nothing\n" +
          "  See what it would write with --stdout, or name another file: -m other.yaml.\n",
      });
      expect(readFileSync(file("ownership.yaml"), "utf8")).toBe("owners: {}\n");
    }));

  test("another file is named with -m, and told on to gen-migrations", () =>
    withProject(empty, async (lastwill, { file }) => {
      const { code, stderr, stdout } = await lastwill("init", "-m", "other.yml");
      expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
      expect(stderr).toBe(
        "other.yml is written: 1 owner, 0 edges, and 0 doubtful finds as comments.\n" +
          "Read it, and then run: gen-migrations -m other.yml\n",
      );
      expect(existsSync(file("other.yml"))).toBe(true);
    }));

  test.each([
    ["ownership.json", "init writes YAML"],
    ["nowhere/ownership.yaml", "cannot be written (ENOENT)"],
  ])("%s is refused in one line and a hint", (name, reason) =>
    withProject(empty, async (lastwill) => {
      const { code, stderr } = await lastwill("init", "-m", name);
      expect(code).toBe(2);
      expect(stderr).toContain(reason);
      expect(stderr.trim().split("\n")).toHaveLength(2);
    }),
  );
});
