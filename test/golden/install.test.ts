import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Generation } from "../../src/generate.ts";
import { type TestDatabase, testPlpgsqlCheck } from "../support/database.ts";
import { testPgDump } from "../support/psql.ts";
import { expectInstalled, expectInstalledOnceRestored } from "./checked.ts";
import {
  dumpBesideRunner,
  expectedDump,
  expectedFiles,
  findings,
  type GoldenCase,
  generateFrom,
  goldenCases,
  run,
  type Stage,
  schemaBesideRunner,
  schemaOf,
  setStage,
  updateDump,
  updateFiles,
  updating,
  write,
} from "./golden.ts";
import { bareNames, grantedToPublic, undescribed, unpinned, unstamped } from "./installed-style.ts";

/** Another version's pg_dump words the same schema in other ways. */
function comparableDump(golden: GoldenCase): string | undefined {
  return inject("serverVersion").startsWith("15.") ? expectedDump(golden) : undefined;
}

/** Run with the plain node-pg-migrate too; it is slow to start. */
const BY_COMMAND: readonly string[] = [
  "the shop of the example has its carts drafts and uploads swept",
  "a foreign key that does not cascade is replaced and restored on the way down",
  "names of every kind stand in tables columns owners and edges",
];

describe.each(goldenCases("install"))("$name", (golden) => {
  const [manifest = ""] = golden.manifests;
  let stage: Stage;
  let db: TestDatabase;
  let first: Generation;
  let second: Generation;

  beforeAll(async () => {
    stage = await setStage(golden);
    ({ db } = stage);
    first = await generateFrom(db, manifest);
    second = await generateFrom(db, manifest);
    if (updating) updateFiles(golden, first.files);
    write(stage.folder, first.files);
    await run(db, stage.folder, "up");
  });

  afterAll(() => stage.close());

  test("the migrations are those expected, to the byte, however often they are generated", () => {
    expect(second).toEqual(first);
    expect(new Map(first.files.map(({ name, text }) => [name, text]))).toEqual(
      expectedFiles(golden),
    );
  });

  test("once it has run, generating again gives no file and the same lock", async () => {
    const again = await generateFrom(db, manifest, first);
    expect(again.files).toEqual([]);
    expect(again.lock).toBe(first.lock);
  });

  test("every function is pinned to its names, revoked and stamped", async () => {
    expect(await unpinned(db)).toEqual([]);
    expect(await grantedToPublic(db)).toEqual([]);
    expect(await unstamped(db)).toEqual([]);
  });

  test("every function, table and view of ours has a comment, and so has every column", async () => {
    expect(await undescribed(db)).toEqual([]);
  });

  test("what commits names everything with its schema, for it can pin nothing", async () => {
    const procedures = await bareNames(db);
    expect(procedures.length).toBeGreaterThan(1);
    for (const { name, calls, tables } of procedures)
      expect({ name, calls, tables }).toEqual({ name, calls: [], tables: [] });
  });

  testPlpgsqlCheck("plpgsql_check finds nothing wrong with any function", async () => {
    expect(await findings(db)).toEqual([]);
  });

  if (expectedDump(golden) !== undefined) {
    testPgDump("up makes what is expected", async () => {
      const dump = await dumpBesideRunner(db);
      if (updating) updateDump(golden, dump);
      expect(dump).toBe(comparableDump(golden) ?? dump);
    });
  }

  test("check finds all of it installed, and leaves the database as it was", () =>
    expectInstalled(db, first.lock));

  if (expectedDump(golden) !== undefined) {
    testPgDump("check finds all of it installed after a dump and a restore", () =>
      expectInstalledOnceRestored(db, first.lock),
    );
  }

  test("down restores what was, and up again makes what up made", async () => {
    const after = await schemaBesideRunner(db);
    expect(after).toMatch(/^schema lastwill /m);

    expect(await run(db, stage.folder, "down")).toBe(first.files.length);
    expect(await schemaOf(db)).toBe(stage.before);

    expect(await run(db, stage.folder, "up")).toBe(first.files.length);
    expect(await schemaBesideRunner(db)).toBe(after);
  });
});

describe("the plain node-pg-migrate, with its defaults", () => {
  const cases = goldenCases("install").filter(({ name }) => BY_COMMAND.includes(name));

  test("has the cases that it is to run", () => {
    expect(cases).toHaveLength(BY_COMMAND.length);
  });

  test.each(cases)("goes up and down as ours does: $name", async (golden) => {
    const { db, folder, close } = await setStage(golden);
    try {
      const before = await schemaBesideRunner(db);
      const { files } = await generateFrom(db, golden.manifests[0] ?? "");
      write(folder, files);
      await command(db, folder, "up");
      const after = await schemaBesideRunner(db);
      if (inject("pgDump") !== null) {
        const dump = await dumpBesideRunner(db);
        expect(dump).toBe(comparableDump(golden) ?? dump);
      }

      await command(db, folder, "down", String(files.length));
      expect(await schemaBesideRunner(db)).toBe(before);

      await command(db, folder, "up");
      expect(await schemaBesideRunner(db)).toBe(after);
    } finally {
      await close();
    }
  });
});

async function command(db: TestDatabase, folder: string, ...args: string[]): Promise<void> {
  const program = fileURLToPath(
    new URL("../../node_modules/.bin/node-pg-migrate", import.meta.url),
  );
  await promisify(execFile)(program, [...args, "--migrations-dir", folder], {
    env: { PATH: process.env["PATH"], DATABASE_URL: db.url },
  });
}
