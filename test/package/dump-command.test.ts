import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { builtForTests, type Ran, ROOT, run } from "./built.ts";

const built = builtForTests();

/** The example's manifest, and what pg_dump -s writes of its tables. No server, and no DATABASE_URL. */
interface Project {
  readonly folder: string;
  readonly lastwill: (...args: string[]) => Promise<Ran>;
}

async function inProject(use: (project: Project) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lw-dump-"));
  try {
    copyFileSync(join(ROOT, "ownership.yaml"), join(folder, "ownership.yaml"));
    copyFileSync(join(ROOT, "test/samples/shop.schema.sql"), join(folder, "schema.sql"));
    await use({
      folder,
      lastwill: (...args) => run("node", [built.cli, ...args], { cwd: folder }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function replaceIn(path: string, from: string, to: string): void {
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

const UNREACHABLE = "postgres://me:s3cret@127.0.0.1:1/none";

describe("gen-migrations --schema", () => {
  test("writes without any server what the database gives, and checks it", () =>
    inProject(async ({ folder, lastwill }) => {
      copyFileSync(join(ROOT, "migrations/0001_shop.sql"), join(folder, "0001_shop.sql"));
      const made = await lastwill("gen-migrations", "--schema", "schema.sql", "-o", ".");
      expect({ code: made.code, stderr: made.stderr }).toMatchObject({
        code: 0,
        stderr: expect.not.stringContaining("warning"),
      });
      const committed = readdirSync(join(ROOT, "migrations")).filter((name) =>
        /lastwill/.test(name),
      );
      expect(made.stdout.trimEnd().split("\n")).toEqual(committed);
      for (const name of [
        ...committed.map((file) => `migrations/${file}`),
        "ownership.lock.json",
      ]) {
        const written = readFileSync(join(folder, name.replace("migrations/", "")), "utf8");
        expect(written === readFileSync(join(ROOT, name), "utf8"), `${name} is the same`).toBe(
          true,
        );
      }

      const check = () =>
        lastwill("gen-migrations", "--schema", "schema.sql", "-o", ".", "--check");
      expect(await check()).toMatchObject({ code: 0, stdout: "" });
      replaceIn(join(folder, "ownership.yaml"), "grace: 1 hour", "grace: 2 hours");
      expect(await check()).toMatchObject({ code: 1 });
    }));

  test("takes the dump from stdin, and leaves DATABASE_URL alone", () =>
    inProject(async ({ folder }) => {
      const piped = `node ${built.cli} gen-migrations --schema - --stdout < schema.sql`;
      const { code, stdout, stderr } = await run("sh", ["-c", piped], {
        cwd: folder,
        env: { DATABASE_URL: UNREACHABLE },
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("create schema lastwill;");
    }));

  test("ends with 2 beside -d, without the file, and where a table of the manifest is not in it", () =>
    inProject(async ({ folder, lastwill }) => {
      expect(await lastwill("gen-migrations", "--schema", "schema.sql", "-d", UNREACHABLE)).toEqual(
        {
          code: 2,
          stdout: "",
          stderr:
            "lastwill: the schema can be read from a dump or from a database\n  Give --schema or --database, not both.\n",
        },
      );
      const missing = await lastwill("gen-migrations", "--schema", "db/structure.sql");
      expect(missing).toMatchObject({ code: 2, stdout: "" });
      expect(missing.stderr).toContain(
        "lastwill: there is no file db/structure.sql\n  Write it: pg_dump -s",
      );

      replaceIn(join(folder, "schema.sql"), "body text", "body public.no_such_type");
      const gap = await lastwill("gen-migrations", "--schema", "schema.sql");
      expect(gap).toMatchObject({ code: 2, stdout: "" });
      expect(gap.stderr).toMatch(
        /^lastwill: the manifest names a table .* schema\.sql\nschema\.sql:\d+: CREATE TABLE public\.drafts .*: type "public\.no_such_type" does not exist\n {2}Let the database itself be read: -d /,
      );
      expect(readdirSync(folder).sort()).toEqual(["ownership.yaml", "schema.sql"]);
    }));
});

test("lastwill check --schema holds the manifest against the dump", () =>
  inProject(async ({ folder, lastwill }) => {
    expect(await lastwill("check", "--schema", "schema.sql")).toEqual({
      code: 0,
      stdout: "",
      stderr: "ownership.yaml and schema.sql fit.\n",
    });
    replaceIn(join(folder, "ownership.yaml"), "by: session_sid", "by: sesion_sid");
    const wrong = await lastwill("check", "--schema", "schema.sql");
    expect(wrong).toMatchObject({ code: 1, stderr: "One thing needs a person.\n" });
    expect(wrong.stdout).toMatch(
      /^fault: ownership\.yaml:\d+:\d+ .*: carts has no column "sesion_sid"\. → Did you mean "session_sid"\?/,
    );
  }));
