import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { withDatabase } from "../support/database.ts";
import { builtCopy, ROOT, run, runFine } from "./built.ts";

let tarball: string;
/** A project of somebody's that has the package installed. */
let project: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "lw-project-"));
  const packed = await runFine(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", project],
    { cwd: await builtCopy() },
  );
  tarball = join(project, JSON.parse(packed.stdout)[0].filename);
  writeFileSync(
    join(project, "package.json"),
    '{"name": "theirs", "private": true, "type": "module"}',
  );
  await runFine(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", "--omit=optional", tarball],
    { cwd: project },
  );
}, 180_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

const bin = (name: string) => join(project, "node_modules", ".bin", name);
const VERSION = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version as string;

describe("installed elsewhere from its tarball,", () => {
  test("lastwill says its version", async () => {
    expect(await run(bin("lastwill"), ["--version"])).toEqual({
      code: 0,
      stdout: `${VERSION}\n`,
      stderr: "",
    });
  });

  test("pg-lastwill shows its commands", async () => {
    const { code, stdout } = await run(bin("pg-lastwill"), ["--help"]);
    expect(code).toBe(0);
    for (const command of ["gen-migrations", "migrate", "sweep", "inspect", "demo"])
      expect(stdout).toContain(`  ${command} `);
  });

  test("gen-migrations is a command by itself", async () => {
    const { code, stdout } = await run(bin("gen-migrations"), ["--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("--check");
    expect(stdout).toContain("--manifest");
  });

  test("the library loads, and makes migrations without a database at hand", async () => {
    writeFileSync(
      join(project, "use.mjs"),
      `import { defineOwnership, generate, loadManifest, readCatalog, readManifest } from "pg-lastwill";
       import schema from "pg-lastwill/schema.json" with { type: "json" };
       import about from "pg-lastwill/package.json" with { type: "json" };
       const { manifest } = readManifest("owners: {session: {store: connect-pg-simple}}", "x.yaml");
       console.log(JSON.stringify({
         types: [defineOwnership, generate, loadManifest, readCatalog].map((each) => typeof each),
         table: manifest.owners[0].table, schema: schema.type, name: about.name,
       }));`,
    );
    const { stdout, stderr, code } = await run("node", ["--no-warnings", "use.mjs"], {
      cwd: project,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      types: ["function", "function", "function", "function"],
      table: "session",
      schema: "object",
      name: "pg-lastwill",
    });
  });

  test("its types say what fits, and what does not", async () => {
    writeFileSync(
      join(project, "right.ts"),
      `import { defineOwnership, type Generation, type Manifest } from "pg-lastwill";
       export default defineOwnership({ owners: { session: { store: "connect-pg-simple", owns: [
         { table: "carts", by: "session_sid" }, { table: "drafts", from: "draftId", grace: 0 } ] } } });
       export const names = (made: Generation, read: Manifest): string[] =>
         [...made.files.map((file) => file.name), ...read.owners.map((owner) => owner.name)];`,
    );
    writeFileSync(
      join(project, "wrong.ts"),
      `import { defineOwnership } from "pg-lastwill";
       export default defineOwnership({ owners: { session: { stoer: "connect-pg-simple" } } });`,
    );
    const check = (file: string) =>
      run(
        join(ROOT, "node_modules", ".bin", "tsc"),
        ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", "", file],
        { cwd: project },
      );
    expect(await check("right.ts")).toMatchObject({ code: 0, stdout: "" });
    const wrong = await check("wrong.ts");
    expect(wrong.code).not.toBe(0);
    expect(wrong.stdout).toContain("stoer");
  });

  test("a dump is not read without the optional PGlite, which is told", async () => {
    writeFileSync(join(project, "schema.sql"), "create table session (sid text primary key);");
    writeFileSync(join(project, "plain.yaml"), "owners: { session: { table: session } }");
    const { code, stderr } = await run(
      bin("gen-migrations"),
      ["-m", "plain.yaml", "--schema", "schema.sql"],
      { cwd: project },
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      "lastwill: the embedded PostgreSQL is not installed\n  Run: npm install",
    );
  });

  test("a manifest in TypeScript is read", async () => {
    writeFileSync(
      join(project, "ownership.ts"),
      `import { defineOwnership } from "pg-lastwill";
       export default defineOwnership({ owners: { session: { store: "connect-pg-simple" } } });`,
    );
    await withDatabase(async (db) => {
      await db.query(
        "create table session (sid varchar primary key, sess json not null, expire timestamp not null)",
      );
      const { code, stdout } = await run(
        bin("gen-migrations"),
        ["-m", "ownership.ts", "-d", db.url, "--stdout"],
        { cwd: project },
      );
      expect(code).toBe(0);
      expect(stdout).toContain("create or replace procedure lastwill.sweep(");
    });
  });
});

describe("the tarball", () => {
  test("holds what it needs, and nothing else", async () => {
    const { stdout } = await runFine("tar", ["-tzf", tarball]);
    const roots = new Set(
      stdout
        .trim()
        .split("\n")
        .map((name) => name.split("/")[1]),
    );
    expect(
      [...roots].filter((name) => !/^(README\.md|LICENSE|CHANGELOG\.md)$/.test(name ?? "")).sort(),
    ).toEqual(["dist", "package.json", "schema", "sql"]);
  });

  test("is what publint wants", async () => {
    const { code, stdout, stderr } = await run(join(ROOT, "node_modules", ".bin", "publint"), [
      tarball,
      "--strict",
    ]);
    expect({ code, text: stdout + stderr }).toMatchObject({ code: 0 });
  });

  test("has types that resolve, as attw sees it", async () => {
    const { code, stdout, stderr } = await run(join(ROOT, "node_modules", ".bin", "attw"), [
      tarball,
      "--profile",
      "esm-only",
      "--no-emoji",
      "--no-color",
    ]);
    expect({ code, text: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, text: "" });
  });
});
