import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";
import { type TestDatabase, testPlpgsqlCheck, withDatabase } from "../support/database.ts";
import { pgDump, testPgDump } from "../support/psql.ts";
import {
  advance,
  dumpOf,
  expectedDump,
  expectedFiles,
  findings,
  type GoldenCase,
  generateFrom,
  goldenCases,
  inFolder,
  nothing,
  run,
  updateDump,
  updateFiles,
  updating,
  write,
} from "./golden.ts";

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

  test("the migrations are those expected, to the byte, however often they are generated", () =>
    withSchema(golden, async (db) => {
      const first = await generateFrom(db, manifest);
      const second = await generateFrom(db, manifest);
      expect(second).toEqual(first);
      if (updating) updateFiles(golden, first.files);
      expect(new Map(first.files.map(({ name, text }) => [name, text]))).toEqual(
        expectedFiles(golden),
      );
    }));

  testPgDump("up makes what is expected, down restores what was, and up again makes the same", () =>
    withSchema(golden, (db) =>
      inFolder(async (folder) => {
        const before = await pgDump(db.url);
        const generated = await advance(db, folder, manifest, nothing);
        const after = await dumpOf(db);
        if (updating) updateDump(golden, after);
        expect(after).toBe(comparableDump(golden) ?? after);
        expect(after).toContain("CREATE SCHEMA lastwill");

        expect(await run(db, folder, "down")).toBe(generated.files.length);
        expect(await pgDump(db.url)).toBe(before);

        expect(await run(db, folder, "up")).toBe(generated.files.length);
        expect(await dumpOf(db)).toBe(after);
      }),
    ),
  );

  test("once it has run, generating again gives no file and the same lock", () =>
    withSchema(golden, (db) =>
      inFolder(async (folder) => {
        const generated = await advance(db, folder, manifest, nothing);
        const again = await generateFrom(db, manifest, generated);
        expect(again.files).toEqual([]);
        expect(again.lock).toBe(generated.lock);
      }),
    ));

  testPlpgsqlCheck("plpgsql_check finds nothing wrong with any function", () =>
    withSchema(golden, (db) =>
      inFolder(async (folder) => {
        await advance(db, folder, manifest, nothing);
        expect(await findings(db)).toEqual([]);
      }),
    ),
  );
});

describe("the plain node-pg-migrate, with its defaults", () => {
  const cases = goldenCases("install").filter(({ name }) => BY_COMMAND.includes(name));

  test("has the cases that it is to run", () => {
    expect(cases).toHaveLength(BY_COMMAND.length);
  });

  describe.each(cases)("$name", (golden) => {
    testPgDump("goes up and down as ours does", () =>
      withSchema(golden, (db) =>
        inFolder(async (folder) => {
          const before = await dumpOf(db);
          const { files } = await generateFrom(db, golden.manifests[0] ?? "");
          write(folder, files);
          await command(db, folder, "up");
          const after = await dumpOf(db);
          expect(after).toBe(comparableDump(golden) ?? after);

          await command(db, folder, "down", String(files.length));
          expect(await dumpOf(db)).toBe(before);

          await command(db, folder, "up");
          expect(await dumpOf(db)).toBe(after);
        }),
      ),
    );
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

function withSchema<T>(golden: GoldenCase, work: (db: TestDatabase) => Promise<T>): Promise<T> {
  return withDatabase(async (db) => {
    await db.query(golden.schema);
    return work(db);
  });
}
