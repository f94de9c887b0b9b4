import {
  copyFileSync,
  cpSync,
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
import { type TestDatabase, withDatabase } from "../support/database.ts";
import { login, value } from "../support/installed.ts";
import { builtForTests, type Ran, ROOT, run } from "./built.ts";

const built = builtForTests();

/** The example's project: its manifest, its base schema, and a database where that has run. */
interface Project {
  readonly folder: string;
  readonly db: TestDatabase;
  /** Runs `lastwill` in the folder, with DATABASE_URL set to the database. */
  readonly lastwill: (...args: string[]) => Promise<Ran>;
}

async function withProject(use: (project: Project) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lw-cli-"));
  try {
    mkdirSync(join(folder, "migrations"));
    copyFileSync(join(ROOT, "ownership.yaml"), join(folder, "ownership.yaml"));
    copyFileSync(join(ROOT, "migrations/0001_shop.sql"), join(folder, "migrations/0001_shop.sql"));
    await withDatabase(async (db) => {
      const up = readFileSync(join(ROOT, "migrations/0001_shop.sql"), "utf8");
      await db.query(up.split("-- Down Migration")[0] ?? "");
      const lastwill = (...args: string[]) =>
        run("node", [built.cli, ...args], {
          cwd: folder,
          env: { DATABASE_URL: db.url },
        });
      await use({ folder, db, lastwill });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `lastwill` where nothing is. */
async function bare(...args: string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "lw-bare-"));
  try {
    return await run("node", [built.cli, ...args], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the example's migrations at the repository's root are what is generated today, byte for byte", () =>
  withProject(async ({ folder, lastwill }) => {
    expect(await lastwill("gen-migrations")).toMatchObject({ code: 0 });
    const files = (root: string) => {
      const migrations = readdirSync(join(root, "migrations")).sort();
      const paths = [...migrations.map((name) => `migrations/${name}`), "ownership.lock.json"];
      return Object.fromEntries(
        paths.map((path) => [path, readFileSync(join(root, path), "utf8")]),
      );
    };
    const [generated, committed] = [files(folder), files(ROOT)];
    expect(Object.keys(generated)).toEqual(Object.keys(committed));
    for (const [path, text] of Object.entries(generated))
      expect(text === committed[path], `${path} is as generated`).toBe(true);
  }));

describe("gen-migrations", () => {
  test("names the files on stdout, tells the hazards on stderr, and has nothing to do the second time", () =>
    withProject(async ({ folder, lastwill }) => {
      const first = await lastwill("gen-migrations");
      expect(first.code).toBe(0);
      const written = readdirSync(join(folder, "migrations")).filter((name) =>
        name.includes("lastwill"),
      );
      expect(written).toHaveLength(3);
      expect(first.stdout.trim().split("\n")).toEqual(
        written.map((name) => join("migrations", name)),
      );
      expect(first.stderr).toContain("deletes data from now on");
      expect(first.stderr).toContain("lastwill migrate up");
      const second = await lastwill("gen-migrations");
      expect(second).toEqual({
        code: 0,
        stdout: "",
        stderr: "Nothing has changed since the last migration.\n",
      });
    }));

  test("does not say that pg_cron sweeps where it cannot, and says what to do", () =>
    withProject(async ({ folder, lastwill }) => {
      const manifest = join(folder, "ownership.yaml");
      const auto = await lastwill("gen-migrations", "--stdout");
      expect(auto.stderr).toMatch(
        /^warning: (this server has no pg_cron|pg_cron lives in database \S+), so the migration schedules nothing, .*\n {2}(Have any scheduler|Write into the manifest)/m,
      );
      writeFileSync(manifest, `cron: none\n${readFileSync(manifest, "utf8")}`);
      const none = await lastwill("gen-migrations", "--stdout");
      expect(none.stderr).not.toContain("pg_cron");
    }));

  test("--check ends with 1 while a migration is missing, with 0 afterwards, and writes nothing", () =>
    withProject(async ({ folder, lastwill }) => {
      const missing = await lastwill("gen-migrations", "--check");
      expect(missing.code).toBe(1);
      expect(missing.stdout).toContain("lastwill-install.sql");
      expect(missing.stderr).toContain("Run gen-migrations without --check");
      expect(readdirSync(join(folder, "migrations"))).toEqual(["0001_shop.sql"]);
      await lastwill("gen-migrations");
      expect(await lastwill("gen-migrations", "--check")).toMatchObject({ code: 0, stdout: "" });
      writeFileSync(
        join(folder, "ownership.yaml"),
        readFileSync(join(folder, "ownership.yaml"), "utf8").replace(
          "grace: 1 hour",
          "grace: 2 hours",
        ),
      );
      expect(await lastwill("gen-migrations", "--check")).toMatchObject({ code: 1 });
    }));

  test("writes what becomes of orphans anew in the migration that has stopped at them", () =>
    withProject(async ({ folder, db, lastwill }) => {
      const manifest = join(folder, "ownership.yaml");
      const text = readFileSync(manifest, "utf8");
      const write = (orphans: string) =>
        writeFileSync(
          manifest,
          text.replace("by: session_sid", `by: session_sid\n        orphans: ${orphans}`),
        );
      const finish = join(folder, "migrations/0003_lastwill-finish.mjs");
      rmSync(join(folder, "migrations/0001_shop.sql"));
      await db.query("insert into carts (session_sid) values ('gone'), (null)");

      const first = await lastwill("gen-migrations");
      expect(first.stderr).toContain("Write orphans: delete (or set_null, to keep them)");
      const stopped = await lastwill("migrate", "up");
      expect(stopped.code).toBe(3);
      expect(stopped.stderr).toContain("carts: 1 row names a row of public.session");
      const before = readFileSync(finish, "utf8");
      const lock = readFileSync(join(folder, "ownership.lock.json"), "utf8");

      write("delete");
      const check = await lastwill("gen-migrations", "--check");
      expect(check).toMatchObject({ code: 1, stdout: "migrations/0003_lastwill-finish.mjs\n" });
      expect(readFileSync(finish, "utf8")).toBe(before);
      const again = await lastwill("gen-migrations");
      expect(again).toMatchObject({ code: 0, stdout: "migrations/0003_lastwill-finish.mjs\n" });
      expect(again.stderr).toContain("deletes rows of public.carts");
      expect(readdirSync(join(folder, "migrations"))).toHaveLength(3);
      expect(await lastwill("migrate", "up")).toMatchObject({ code: 0 });
      expect(await value(db, "select array_agg(session_sid) from carts")).toEqual([null]);

      // It has run: another word changes the file for databases to come, and asks for no migration.
      write("stop");
      expect(await lastwill("gen-migrations")).toMatchObject({ code: 0, stdout: again.stdout });
      expect(readFileSync(finish, "utf8")).toBe(before);
      expect(readFileSync(join(folder, "ownership.lock.json"), "utf8")).toBe(lock);
      expect(await lastwill("gen-migrations", "--check")).toMatchObject({ code: 0 });
      expect(await lastwill("migrate", "up")).toMatchObject({ stderr: "Nothing to migrate.\n" });
    }));

  test("without a database runs in the embedded PostgreSQL what ends orphans, too", () =>
    withProject(async ({ folder, lastwill }) => {
      const manifest = join(folder, "ownership.yaml");
      const text = readFileSync(manifest, "utf8");
      writeFileSync(
        manifest,
        text.replace("by: cart_id", "by: cart_id\n            orphans: delete"),
      );
      await lastwill("gen-migrations");
      const cli = [built.cli, "gen-migrations", "--check"];
      expect(await run("node", cli, { cwd: folder })).toMatchObject({ code: 0, stdout: "" });
    }));

  test("--stdout writes the migrations there, and no file", () =>
    withProject(async ({ folder, lastwill }) => {
      const { code, stdout } = await lastwill("gen-migrations", "--stdout");
      expect(code).toBe(0);
      expect(stdout).toContain("create schema lastwill;");
      expect(stdout).toContain("pgm.noTransaction();");
      expect(readdirSync(folder).sort()).toEqual(["migrations", "ownership.yaml"]);
    }));

  test("ends with 2 for a manifest that is wrong, with the place and the way out, and writes nothing", () =>
    withProject(async ({ folder, lastwill }) => {
      const path = join(folder, "ownership.yaml");
      writeFileSync(path, readFileSync(path, "utf8").replace("by: session_sid", "by: sesion_sid"));
      const { code, stdout, stderr } = await lastwill("gen-migrations");
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(
        /^ownership\.yaml:10:13 owners\.session\.owns\[0\]\.by: carts has no column "sesion_sid"\n {2}Did you mean "session_sid"\?\n$/,
      );
      expect(readdirSync(join(folder, "migrations"))).toEqual(["0001_shop.sql"]);
    }));

  test("tells a manifest's faults also where another one is installed, and its own lock is missing", () =>
    withProject(async ({ folder, db, lastwill }) => {
      await db.query("create schema lastwill");
      const other = join(folder, "other.yaml");
      const text = readFileSync(join(folder, "ownership.yaml"), "utf8");
      writeFileSync(other, text.replace("by: session_sid", "by: sesion_sid"));
      const faulty = await lastwill("gen-migrations", "-m", "other.yaml");
      expect(faulty).toMatchObject({ code: 2, stdout: "" });
      expect(faulty.stderr).toContain(
        'other.yaml:10:13 owners.session.owns[0].by: carts has no column "sesion_sid"',
      );
      expect(faulty.stderr).toContain("there is no lock file beside the manifest");
      writeFileSync(other, text);
      const lost = await lastwill("gen-migrations", "-m", "other.yaml");
      expect(lost).toMatchObject({ code: 2, stdout: "" });
      expect(lost.stderr).toMatch(
        /^lastwill: schema lastwill is there already, but .*\n {2}Restore the lock/,
      );
    }));

  test("ends with 2 when there is no manifest, as any command does when no database is given", async () => {
    const missing = await bare("gen-migrations", "-d", "postgres://localhost/x");
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("ownership.yaml: there is no such file");
    expect(await bare("sweep")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "lastwill: no database was given\n  Pass -d postgres://user:password@host/database, or set DATABASE_URL; or PGHOST or PGDATABASE, as for psql.\n",
    });
  });
});

describe("any command", () => {
  const UNREACHABLE = "postgres://me:s3cret@127.0.0.1:1/none";

  test("ends with 3 when the database cannot be reached, and never shows the password", async () => {
    for (const args of [["sweep"], ["inspect", "session", "x"]]) {
      const ran = await bare(...args, "-d", UNREACHABLE);
      expect(ran, args[0]).toMatchObject({ code: 3, stdout: "" });
      expect(ran.stderr).toContain("127.0.0.1:1/none");
      expect(ran.stderr).toContain("ECONNREFUSED");
      expect(ran.stderr).not.toContain("s3cret");
    }
  });

  test("ends with 3, and PostgreSQL's own words, where lastwill is not installed", () =>
    withProject(async ({ lastwill }) => {
      const ran = await lastwill("sweep");
      expect(ran).toMatchObject({ code: 3, stdout: "" });
      expect(ran.stderr).toContain('schema "lastwill" does not exist');
    }));

  test("ends with 2 for a URL that is none", async () => {
    const ran = await bare("sweep", "-d", "postgres://[");
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toContain("the database URL cannot be read");
  });

  test("ends with 2 for an option or command it does not know, and says what was meant", async () => {
    const option = await bare("gen-migrations", "--manifets", "x");
    expect(option).toMatchObject({ code: 2, stdout: "" });
    expect(option.stderr).toContain("Did you mean --manifest?");
    const command = await bare("swep");
    expect(command).toMatchObject({ code: 2, stdout: "" });
    expect(command.stderr).toContain("Did you mean sweep?");
  });

  test("ends with 2 for a count that is none, or a missing argument", async () => {
    expect(await bare("migrate", "down", "some", "-d", UNREACHABLE)).toMatchObject({ code: 2 });
    expect(await bare("inspect", "session", "-d", UNREACHABLE)).toMatchObject({ code: 2 });
  });

  test("says which command was called wrongly, and how to call it", async () => {
    const said = async (...args: string[]) => (await bare(...args)).stderr;
    expect(await said("inspect")).toBe(
      "lastwill inspect: missing required argument 'owner'\n  Usage: lastwill inspect [options] <owner> <key>\n  More: lastwill inspect --help\n",
    );
    expect(await said("why", "carts")).toContain("Usage: lastwill why [options] <table> <key>");
    expect(await said("migrate", "down", "some")).toMatch(
      /^lastwill migrate down: .*\n {2}Usage: lastwill migrate down \[options\] \[count\]\n/,
    );
  });
});

describe("an installed project", () => {
  test("migrates up and down, and tells how it stands", () =>
    withProject(async ({ folder, db, lastwill }) => {
      await db.query("drop table carts cascade; drop table cart_items, drafts, uploads, session");
      cpSync(join(ROOT, "migrations"), join(folder, "migrations"), { recursive: true });
      const names = readdirSync(join(folder, "migrations")).sort();
      const states = async () => {
        const { code, stdout } = await lastwill("migrate", "status", "--json");
        return { code, states: JSON.parse(stdout).map(({ state }: { state: string }) => state) };
      };
      expect(await states()).toEqual({ code: 1, states: names.map(() => "pending") });

      const up = await lastwill("migrate", "up");
      expect(up).toMatchObject({ code: 0, stdout: "" });
      expect(up.stderr).toContain(`${names.length} migrated up.`);
      expect(await states()).toEqual({ code: 0, states: names.map(() => "applied") });
      expect((await lastwill("migrate", "status")).stdout).toMatch(/applied +0001_shop\n/);
      expect(await lastwill("migrate", "up")).toMatchObject({
        code: 0,
        stderr: "Nothing to migrate.\n",
      });

      expect(await lastwill("migrate", "down")).toMatchObject({ code: 0 });
      expect((await states()).states.filter((state: string) => state === "pending")).toHaveLength(
        1,
      );
      expect(await lastwill("migrate", "down", "9")).toMatchObject({ code: 0 });
      expect(
        await value(
          db,
          "select count(*)::integer from pg_class where relnamespace = 'public'::regnamespace",
        ),
      ).toBe(0);
      expect(await value(db, "select to_regnamespace('lastwill')")).toBeNull();
    }));

  test("a missing folder is the user's fault", () =>
    withProject(async ({ lastwill }) => {
      for (const verb of ["up", "status"]) {
        const ran = await lastwill("migrate", verb, "-o", "nowhere");
        expect(ran).toMatchObject({ code: 2, stdout: "" });
        expect(ran.stderr).toContain("there is no folder nowhere");
      }
    }));

  test("is swept and inspected, with keys masked unless asked for", () =>
    withProject(async ({ db, lastwill }) => {
      await lastwill("gen-migrations");
      // The shop's own tables are there already.
      await db.query("create table lastwill_migrations (id serial, name text, run_on timestamp)");
      await db.query("insert into lastwill_migrations (name, run_on) values ('0001_shop', now())");
      expect(await lastwill("migrate", "up")).toMatchObject({ code: 0 });
      await db.query("insert into drafts default values");
      await login(db, "a-long-secret-key", { draftId: 1 });
      await db.query(`
        insert into carts (session_sid) values ('a-long-secret-key');
        insert into cart_items (cart_id, product) values (1, 'tea'), (1, 'cups')`);

      const tree = await lastwill("inspect", "session", "a-long-secret-key");
      expect(tree.code).toBe(0);
      expect(tree.stdout.split("\n").map((line) => line.replace(/ {2}.*/, ""))).toEqual([
        "session a-lo…",
        "├─ carts 1",
        expect.anything(),
        expect.anything(),
        "└─ drafts 1",
        "",
      ]);
      expect(tree.stdout).toContain("│  └─ cart_items 2");
      expect(tree.stdout + tree.stderr).not.toContain("a-long-secret-key");
      const shown = await lastwill("inspect", "session", "a-long-secret-key", "--show-keys");
      expect(shown.stdout).toContain("session a-long-secret-key");
      const json = await lastwill("inspect", "session", "a-long-secret-key", "--json");
      expect(json.stdout).not.toContain("a-long-secret-key");
      expect(JSON.parse(json.stdout).owned).toHaveLength(4);

      const nobody = await lastwill("inspect", "session", "nobody");
      expect(nobody.code).toBe(1);
      expect(nobody.stderr).toContain("No session with this key owns anything");
      const unknown = await lastwill("inspect", "sesion", "x");
      expect(unknown.code).not.toBe(0);
      expect(unknown.stderr).toContain("The owners are: session.");

      await db.query("update session set expire = now() - interval '1 hour'");
      const swept = await lastwill("sweep", "--json");
      expect(swept).toMatchObject({ code: 0, stderr: "" });
      const events = swept.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(events.filter(({ event }) => event === "run")).toMatchObject([
        { owner: "session", owners_ended: 1, released_ended: 0, last_error: null },
      ]);
      expect(events[0]).toMatchObject({
        event: "batch",
        owner: "session",
        step: "session",
        rows: 1,
      });
      expect(await lastwill("sweep")).toMatchObject({ code: 0, stdout: "" });
    }));
});

describe("lastwill check", () => {
  test("says nothing is wrong where nothing is", () =>
    withProject(async ({ lastwill }) => {
      const ran = await lastwill("check");
      expect(ran).toMatchObject({ code: 0, stdout: "" });
      expect(ran.stderr).toContain("fit");
    }));

  test("finds a database whose TimeZone is not the one that the expiry is in", () =>
    withProject(async ({ db, lastwill }) => {
      const name = await value(db, "select quote_ident(current_database())");
      await db.query(`alter database ${name} set timezone = 'America/New_York'`);
      const ran = await lastwill("check");
      expect(ran.code).toBe(1);
      expect(ran.stdout).toMatch(
        /^setting: TimeZone: .*America\/New_York.* → Reset it \(.*reset timezone\)/,
      );
    }));

  test("tells of a table that is not declared and ends along, and wakes nobody", () =>
    withProject(async ({ db, lastwill }) => {
      await db.query("create table seen (sid text references session on delete cascade)");
      const ran = await lastwill("check");
      expect(ran.code).toBe(0);
      expect(ran.stdout).toMatch(
        /^note: foreign key seen_sid_fkey on seen: .* cascades\. → nothing,/,
      );
    }));

  test("finds what the manifest names and the database has no more", () =>
    withProject(async ({ db, lastwill }) => {
      await db.query("alter table carts rename column session_sid to sid");
      const ran = await lastwill("check");
      expect(ran.code).toBe(1);
      expect(ran.stdout).toContain('carts has no column "session_sid"');
    }));
});
