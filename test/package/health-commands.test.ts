import { execFile, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";
import { checkOutput } from "../../src/output/check.ts";
import { statusOutput } from "../../src/output/status.ts";
import { withDatabase } from "../support/database.ts";
import {
  expire,
  type Installed,
  login,
  SHOP_MANIFEST,
  SHOP_SCHEMA,
  withInstalled,
} from "../support/installed.ts";
import { testPsql } from "../support/psql.ts";
import { builtForTests, type Ran, run } from "./built.ts";

const built = builtForTests();

/** A shop, with its manifest and lock in a folder. */
interface Shop {
  readonly db: Installed;
  readonly folder: string;
  readonly lastwill: (...args: string[]) => Promise<Ran>;
  /** The lines that a terminal of 80 columns shows. */
  readonly onTerminal: (...args: string[]) => Promise<string[]>;
}

async function shop(use: (shop: Shop) => Promise<void>, schema = SHOP_SCHEMA): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lw-health-"));
  try {
    await withInstalled({ schema }, async (db) => {
      writeFileSync(join(folder, "ownership.yaml"), SHOP_MANIFEST);
      writeFileSync(join(folder, "ownership.lock.json"), db.generation.lock);
      const options = { cwd: folder, env: { DATABASE_URL: db.url } };
      // As it stands when somebody sweeps, and nothing was due.
      await db.query("call lastwill.sweep()");
      await use({
        db,
        folder,
        lastwill: (...args) => run("node", [built.cli, ...args], options),
        onTerminal: async (...args) => {
          const command = `stty cols 80; node ${[built.cli, ...args].join(" ")}`;
          const ran = await run("script", ["-qec", command, "/dev/null"], options);
          return ran.stdout.trimEnd().split(/\r?\n/);
        },
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A terminal, by util-linux' script; elsewhere it takes other options. */
const SCRIPT = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

const THEIR_KEY = `${SHOP_SCHEMA}
  alter table carts add constraint theirs foreign key (session_sid) references session
    on delete cascade on update cascade;`;

const BROKEN = "alter table session disable trigger lastwill_session_deleted";

describe("lastwill check", () => {
  test("says that all is installed, and ends with 0", () =>
    shop(async ({ lastwill }) => {
      const ran = await lastwill("check");
      expect(ran).toMatchObject({ code: 0, stdout: "" });
      expect(ran.stderr).toMatch(
        /^ownership\.yaml and the database fit; all \d{3} things are installed\.\n$/,
      );
    }));

  test("gives each finding a line with the command that mends it, and ends with 1", () =>
    shop(async ({ db, lastwill }) => {
      await db.query(BROKEN);
      expect(await lastwill("check")).toEqual({
        code: 1,
        stdout:
          "disabled: trigger lastwill_session_deleted on public.session: it is switched off. → alter table public.session enable trigger lastwill_session_deleted;\n",
        stderr: "One thing needs a person.\n",
      });
    }));

  test("finds and mends what is gone also where nothing else can be asked for", () =>
    shop(async ({ db, lastwill }) => {
      await db.query("drop table lastwill.released cascade");
      const ran = await lastwill("check");
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain("missing: table lastwill.released: it is not there.");
      expect(ran.stderr).toContain('relation "lastwill.status" does not exist');
      expect((await lastwill("check", "--mend")).stdout).toContain(
        "create table lastwill.released",
      );
    }));

  test("finds that the manifest has gone ahead of the lock", () =>
    shop(async ({ folder, lastwill }) => {
      const manifest = SHOP_MANIFEST.replace("from: draftId", "from: draft.id");
      writeFileSync(join(folder, "ownership.yaml"), manifest);
      const ran = await lastwill("check");
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(
        /^outdated: ownership\.yaml: by it and your tables the lock is behind: trigger lastwill_session_inserted on public\.session, and \d+ more\. → gen-migrations, and lastwill migrate up\n$/,
      );
    }));

  test("finds that a foreign key is gone of which none of ours was needed", () =>
    shop(async ({ lastwill, db }) => {
      expect((await lastwill("check")).code).toBe(0);
      await db.query("alter table carts drop constraint theirs");
      const ran = await lastwill("check");
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain(
        "outdated: ownership.yaml: by it and your tables the lock is behind: foreign key lastwill_session_carts_fkey on public.carts",
      );
    }, THEIR_KEY));

  test("finds where the manifest does not fit, and looks at all the rest", () =>
    shop(async ({ db, folder, lastwill }) => {
      await db.query(`${BROKEN};
        drop procedure lastwill.release_orphans(text, interval, jsonb); alter table carts rename column session_sid to sid;
        alter database ${db.name} set session_replication_role = replica`);
      const ran = await lastwill("check");
      expect(ran.code).toBe(1);
      const lines = ran.stdout.trimEnd().split("\n");
      expect(lines[0]).toMatch(
        /^fault: ownership\.yaml:9:13 owners\.session\.owns\[0\]\.by: carts has no column "session_sid"\. → Its columns are: /,
      );
      expect(ran.stdout).toContain(
        "\nmissing: procedure lastwill.release_orphans(text, interval, jsonb): ",
      );
      expect(ran.stdout).toContain(
        "\ndisabled: trigger lastwill_session_deleted on public.session: ",
      );
      expect(
        lines.some((line) =>
          line.startsWith("outdated: index public.lastwill_session_carts_idx: "),
        ),
      ).toBe(true);
      expect(ran.stdout).toContain("\nsetting: session_replication_role: ");
      const mending = await lastwill("check", "--mend");
      expect(mending.stdout).toContain("create or replace procedure lastwill.release_orphans(");
      writeFileSync(join(folder, "ownership.yaml"), `${SHOP_MANIFEST}      nothing: here\n`);
      expect(await lastwill("check")).toMatchObject({ code: 2, stdout: "" });
    }));

  test("finds jobs and settings of tables that the manifest names no longer as they are", () =>
    shop(async ({ db, lastwill }) => {
      await db.query(
        "alter table drafts rename to papers; alter table session disable trigger all",
      );
      const { stdout } = await lastwill("check");
      expect(stdout).toMatch(/^fault: .*there is no table "drafts"/m);
      expect(stdout).toContain(
        "disabled: foreign key lastwill_session_carts_fkey on public.carts: ",
      );
    }));

  test.skipIf(!SCRIPT)("fits a terminal of 80 columns", () =>
    shop(async ({ db, onTerminal }) => {
      await db.query(BROKEN);
      expect(await onTerminal("check")).toEqual([
        "disabled: trigger lastwill_session_deleted on public.session: it is switched",
        "  off. → alter table public.session enable trigger lastwill_session_deleted;",
        "One thing needs a person.",
      ]);
    }),
  );

  test("says the same as JSON", () =>
    shop(async ({ db, lastwill }) => {
      const fine = checkOutput.parse(JSON.parse((await lastwill("check", "--json")).stdout));
      expect(fine.objects?.installed).toBe(fine.objects?.declared);
      expect(fine.objects?.compared_by).toBe("definitions");
      await db.query(BROKEN);
      const ran = await lastwill("check", "--json");
      expect(ran).toMatchObject({ code: 1, stderr: "" });
      const { objects, findings } = checkOutput.parse(JSON.parse(ran.stdout));
      expect(objects).toEqual({ ...fine.objects, installed: (fine.objects?.declared ?? 0) - 1 });
      expect(findings).toEqual([
        {
          state: "disabled",
          object: "trigger lastwill_session_deleted on public.session",
          what: "it is switched off",
          mend: "alter table public.session enable trigger lastwill_session_deleted;",
        },
      ]);
    }));

  testPsql("--mend prints SQL that psql runs, and then all is installed", () =>
    shop(async ({ db, folder, lastwill }) => {
      await db.query(`
        drop view lastwill.owned_tree cascade;
        drop trigger lastwill_session_deleted on session;
        drop index lastwill_session_carts_idx;
        alter table carts drop constraint lastwill_session_carts_fkey`);
      const mending = await lastwill("check", "--mend");
      expect(mending.code).toBe(1);
      expect(mending.stderr).toContain("missing: view lastwill.owned: it is not there.");
      expect(mending.stdout).toMatch(/^begin;\n.*\ncommit;\n.*\ncreate index concurrently /s);
      writeFileSync(join(folder, "mend.sql"), mending.stdout);
      const psql = inject("psql") ?? "";
      await promisify(execFile)(psql, [
        "-Xq",
        "-v",
        "ON_ERROR_STOP=1",
        "-f",
        join(folder, "mend.sql"),
        db.url,
      ]);
      expect(await lastwill("check")).toMatchObject({ code: 0, stdout: "" });
    }),
  );

  test("without a lock says that nothing was compared, and has nothing to mend with", () =>
    shop(async ({ folder, lastwill }) => {
      rmSync(join(folder, "ownership.lock.json"));
      const ran = await lastwill("check");
      expect(ran.code).toBe(0);
      expect(ran.stderr).toContain("There is no lock beside the manifest");
      expect(await lastwill("check", "--mend")).toMatchObject({ code: 2, stdout: "" });
    }));
});

async function sold({ db }: Shop): Promise<void> {
  await db.query("insert into drafts (id) values (1), (2)");
  await login(db, "live", { draftId: 1 });
  await login(db, "old", { draftId: 2 });
  await login(db, "odd", "{}");
  await expire(db, "sid = 'old'");
}

describe("lastwill status", () => {
  test("shows how each owner stands, and ends with 0 where nothing needs a person", () =>
    shop(async (all) => {
      await sold(all);
      await all.db.query("call lastwill.sweep()");
      const ran = await all.lastwill("status");
      expect(ran).toMatchObject({ code: 0, stderr: "" });
      expect(ran.stdout).toMatch(
        /^owner +live +expired +lag +released +aside +last run +state\nsession +2 +0 +0 s +0 +0 +\d\d:\d\d:\d\dZ, 1 row +fine\n\nsession: none: pg_cron is not in this database\n$/,
      );
    }));

  test("shows in an owner's line what the findings say of it", () =>
    shop(async ({ db, lastwill }) => {
      const state = async () => {
        const { code, stdout } = await lastwill("status");
        return { code, state: / (\S+)$/m.exec(stdout.split("\n")[1] ?? "")?.[1] };
      };
      expect(await state()).toEqual({ code: 0, state: "fine" });
      await db.query(`
        insert into lastwill.quarantine (owner, edge, key, sqlstate, message, tries, next_try)
        values ('session', 'session.drafts', '7', '23503', 'pinned', 1, now())`);
      expect(await state()).toEqual({ code: 1, state: "quarantine" });
      await db.query("delete from lastwill.quarantine");
      await db.query("update lastwill.sweep_run set started_at = now() - interval '3 days'");
      expect(await state()).toEqual({ code: 1, state: "job" });
    }));

  test("ends with 1 and the reason when rows are due and nobody sweeps", () =>
    shop(async (all) => {
      await all.db.query("delete from lastwill.sweep_run");
      await sold(all);
      const ran = await all.lastwill("status");
      expect(ran.code).toBe(1);
      expect(ran.stderr).toMatch(
        /^late: session: rows have been due for 1 h( \d+ s)?; there was no run; job none: .* → lastwill sweep\n$/,
      );
    }));

  test.skipIf(!SCRIPT)("fits a terminal of 80 columns", () =>
    shop(async (all) => {
      await all.db.query("delete from lastwill.sweep_run");
      await sold(all);
      await all.db.query("call lastwill.sweep()");
      await expire(all.db, "sid = 'live'");
      await all.db.query("select lastwill.pause('session', '1 day')");
      const lines = await all.onTerminal("status");
      for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
      expect(lines[0]).toMatch(/^owner +live +expired +lag +released +aside +last run +state$/);
      expect(lines[1]).toMatch(/^session +1 +1 +1 h( \d+ s)? +0 +0 +[\d:]{8}Z, 1 row +paused$/);
      expect(lines.join(" ")).toMatch(/the sweep is paused until \d{4}-[-\dT:.]+Z/);
      expect(lines.join()).not.toContain("…");
    }),
  );

  test("says the same as JSON, of one owner too", () =>
    shop(async (all) => {
      await all.db.query("delete from lastwill.sweep_run");
      await sold(all);
      const ran = await all.lastwill("status", "--json", "--owner", "session");
      expect(ran).toMatchObject({ code: 1, stderr: "" });
      const { owners, findings } = statusOutput.parse(JSON.parse(ran.stdout));
      expect(owners).toMatchObject([
        { owner: "session", live: 2, expired: 1, held: false, last_run_at: null },
      ]);
      expect(findings).toMatchObject([{ state: "late", object: "session" }]);
      expect(await all.lastwill("status", "--owner", "sesion")).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "lastwill: there is no owner sesion\n  Did you mean session? The owners are: session.\n",
      });
    }));

  test("gives Prometheus a gauge for each column", () =>
    shop(async (all) => {
      await sold(all);
      const { stdout } = await all.lastwill("status", "--prometheus");
      expect(stdout).toContain("# TYPE lastwill_up gauge\nlastwill_up 1\n");
      expect(stdout).toContain(
        '# HELP lastwill_live Rows that have not expired.\n# TYPE lastwill_live gauge\nlastwill_live{owner="session"} 2\n',
      );
      for (const line of stdout.trimEnd().split("\n")) {
        expect(line).toMatch(
          /^(# (HELP|TYPE) lastwill_\w+ .+|lastwill_\w+(\{owner="[^"]*"\})? -?[\d.]+)$/,
        );
      }
    }));

  test("tells Prometheus that the database is down, and ends with 3", async () => {
    const ran = await run("node", [
      built.cli,
      "status",
      "--prometheus",
      "-d",
      "postgres://127.0.0.1:1/none",
    ]);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe(
      "# HELP lastwill_up Whether the database could be asked.\n# TYPE lastwill_up gauge\nlastwill_up 0\n",
    );
  });

  test("--watch prints again and again, until it is interrupted", () =>
    shop(async ({ db }) => {
      const watching = spawn("node", [built.cli, "status", "--watch", "--every", "1", "--json"], {
        env: { ...process.env, DATABASE_URL: db.url },
      });
      let text = "";
      watching.stdout.on("data", (chunk) => (text += String(chunk)));
      const ended = new Promise<number | null>((end) => watching.on("exit", end));
      for (let tries = 0; text.split("\n").length < 4 && tries < 200; tries++) await sleep(100);
      watching.kill("SIGINT");
      expect(await ended).toBe(0);
      const lines = text.trimEnd().split("\n");
      expect(lines.length).toBeGreaterThanOrEqual(3);
      for (const line of lines) statusOutput.parse(JSON.parse(line));
    }));

  test("refuses --every without --watch, which it would not heed", async () => {
    expect(await run("node", [built.cli, "status", "--every", "5"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "lastwill: --every says how often to look again, and without --watch nobody does\n  Add --watch, or leave out --every.\n",
    });
  });

  test("says that nothing is installed where that is so", async () => {
    await withDatabase(async (db) => {
      const ran = await run("node", [built.cli, "status"], { env: { DATABASE_URL: db.url } });
      expect(ran).toMatchObject({ code: 3, stdout: "" });
      expect(ran.stderr).toContain("pg-lastwill is not installed here");
    });
  });
});
