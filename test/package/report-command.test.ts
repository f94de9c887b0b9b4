import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { reportOutput } from "../../src/output/report.ts";
import { withDatabase } from "../support/database.ts";
import { type Installed, installInto, withInstalled } from "../support/installed.ts";
import { STUCK_KEY, WORN_SHOP, wearShop } from "../support/worn-shop.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();

interface Shop {
  readonly db: Installed;
  /** Where the manifest lies and the page goes. */
  readonly folder: string;
  readonly report: (...args: string[]) => Promise<Ran>;
}

async function withShop(use: (shop: Shop) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lw-report-"));
  writeFileSync(join(folder, "ownership.yaml"), WORN_SHOP.manifest);
  try {
    await withInstalled(WORN_SHOP, (db) =>
      use({
        db,
        folder,
        report: (...args) =>
          run("node", [built.cli, "report", ...args], {
            cwd: folder,
            env: { DATABASE_URL: db.url },
          }),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function jsonOf(shop: Shop, ...args: string[]) {
  const { code, stdout, stderr } = await shop.report("--json", ...args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return reportOutput.parse(JSON.parse(stdout));
}

describe("report --json", () => {
  test("says of a fresh shop that nobody sweeps it, and of one that is swept that nothing needs a person", () =>
    withShop(async (shop) => {
      expect((await jsonOf(shop)).findings).toMatchObject([
        { state: "note", object: "invite" },
        { state: "note", object: "session" },
      ]);
      await shop.db.query("call lastwill.sweep()");
      const report = await jsonOf(shop);
      expect(report.findings).toEqual([]);
      expect(report.owners.map(({ owner, live }) => [owner, live])).toEqual([
        ["invite", 0],
        ["session", 0],
      ]);
      expect([report.quarantine, report.orphans]).toEqual([[], []]);
    }));

  test("has what needs a person before notes, and the figures of the tables", () =>
    withShop(async (shop) => {
      await wearShop(shop.db);
      const report = await jsonOf(shop);
      expect(report.findings.map(({ state, object }) => [state, object])).toEqual([
        ["quarantine", "session"],
        ["backfill", "invite_backfill"],
        ["dead letters", "session.uploads"],
        ["note", "invite"],
        ["note", "session"],
        ["note", "session.drafts"],
        ["note", "session.uploads"],
      ]);
      const [{ rows, runs }] = (await shop.db.query(
        "select sum(owners_ended + released_ended)::integer as rows, count(*)::integer as runs from lastwill.sweep_run",
      )) as [{ rows: number; runs: number }];
      const sum = (key: "rows" | "runs") =>
        report.sweeps.reduce((total, each) => total + each[key], 0);
      expect([sum("rows"), sum("runs")]).toEqual([rows, runs]);
      expect(Math.max(...report.sweeps.map(({ gap_seconds }) => gap_seconds ?? 0))).toBe(92 * 60);
      expect(report.waiting).toMatchObject([{ edge: "session.drafts", rows: 8, due: 0 }]);
      // Drafts 0 to 11 are named by sessions, 11 and 12 by invites, 13 to 20 wait.
      expect(report.orphans).toMatchObject([
        { edge: "session.drafts", rows: 10, more: false },
        { edge: "session.uploads", rows: 2, more: false },
      ]);
    }));

  test("says that a sweep holds, and that one is late which nobody calls", () =>
    withShop(async (shop) => {
      await shop.db.query(`
        insert into lastwill.hold (owner, due, total) values ('session', 1500, 2000);
        insert into invites (expires_at) values (now() - interval '1 hour')`);
      const { findings } = await jsonOf(shop);
      expect(findings.map(({ state, object }) => [state, object])).toEqual([
        ["late", "invite"],
        ["held", "session"],
      ]);
      expect(findings[1]?.what).toContain("about 1,500 of 2,000 rows");
      expect(findings[0]?.what).toContain("due for 1 h");
    }));

  test("counts no further than it has to where there are many orphans", () =>
    withShop(async (shop) => {
      await shop.db.query("insert into uploads select from generate_series(1, 10001)");
      const { orphans } = await jsonOf(shop);
      expect(orphans).toEqual([{ edge: "session.uploads", rows: 10_000, more: true }]);
    }));

  test("goes on where counting orphans takes too long, and says so", () =>
    withShop(async (shop) => {
      await shop.db.query(`
        insert into uploads default values;
        create or replace view lastwill.orphan as
        select edge, owned, owned_key from (
          select 'session.uploads' as edge, 'uploads' as owned, pg_sleep(60)::text as owned_key
        ) as slow where owned_key = ''`);
      const { orphans } = await jsonOf(shop);
      expect(orphans.find(({ edge }) => edge === "session.uploads")).toEqual({
        edge: "session.uploads",
        rows: null,
        more: false,
      });
    }));

  test("masks the key of a session wherever it stands, unless it is to be shown", () =>
    withShop(async (shop) => {
      await wearShop(shop.db);
      const masked = await shop.report("--json", "--out", "page.html");
      const page = readFileSync(join(shop.folder, "page.html"), "utf8");
      expect(masked.stderr).toBe("page.html is written: 3 things need a person.\n");
      for (const text of [masked.stdout, page]) {
        expect(text).not.toContain(STUCK_KEY);
        expect(text).toContain("stuc…");
        expect(text).not.toContain("live-3");
      }
      expect((await jsonOf(shop, "--show-keys")).quarantine[0]?.key).toBe(STUCK_KEY);
    }));
});

describe("report --out", () => {
  test("writes one file, replaces it the next time, and says in a line what it says", () =>
    withShop(async (shop) => {
      await shop.db.query("call lastwill.sweep()");
      const first = await shop.report("--out", "page.html");
      expect(first).toEqual({
        code: 0,
        stdout: "",
        stderr: "page.html is written: nothing needs a person.\n",
      });
      await shop.db.query("select lastwill.pause('session', '1 hour')");
      const second = await shop.report("--out", "page.html");
      expect(second.stderr).toBe("page.html is written: nothing needs a person.\n");
      expect(readFileSync(join(shop.folder, "page.html"), "utf8")).toContain("is paused until");
      expect(readdirSync(shop.folder).sort()).toEqual(["ownership.yaml", "page.html"]);
    }));

  test("can be made by a role that may inspect and nothing else", () =>
    withShop(({ folder }) =>
      withDatabase(async (fresh) => {
        const role = `eye_${fresh.name}`;
        await fresh.query(`create role ${role} login password 'eye'`);
        const manifest = `grants: { inspect: [${role}] }${WORN_SHOP.manifest}`;
        await installInto(fresh, { ...WORN_SHOP, manifest }, async (db) => {
          await wearShop(db);
          const url = new URL(db.url);
          [url.username, url.password] = [role, "eye"];
          const args = [built.cli, "report", "--out", "page.html", "-d", url.href];
          expect(await run("node", args, { cwd: folder })).toMatchObject({
            code: 0,
            stderr: expect.stringContaining("page.html is written"),
          });
        });
      }),
    ));

  test("leaves the database as it was", () =>
    withShop(async (shop) => {
      await shop.db.query(`alter database ${shop.db.name} set default_transaction_read_only = on`);
      expect(await shop.report("--out", "page.html")).toMatchObject({ code: 0 });
    }));

  test("says what to do without a place for the page, and with one that cannot be written", () =>
    withShop(async ({ report, folder }) => {
      expect(await report()).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "lastwill: there is no place for the page\n  Pass --out report.html, or --json for what it says as data.\n",
      });
      const nowhere = await report("--out", "no/such/page.html");
      expect(nowhere.code).toBe(2);
      expect(nowhere.stderr).toContain("no/such/page.html cannot be written (ENOENT)");
      expect(readdirSync(folder)).toEqual(["ownership.yaml"]);
    }));

  test("says that pg-lastwill is not installed where it is not", () =>
    withShop(async ({ db, report }) => {
      await db.query("drop schema lastwill cascade");
      const refused = await report("--out", "page.html");
      expect(refused.code).toBe(3);
      expect(refused.stderr).toContain("run lastwill migrate up");
    }));
});
