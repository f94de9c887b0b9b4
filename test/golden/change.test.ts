import { describe, expect, test } from "vitest";
import { type TestDatabase, testPlpgsqlCheck, withDatabase } from "../support/database.ts";
import { pgDump, testPgDump } from "../support/psql.ts";
import {
  advance,
  dumpOf,
  expectedFiles,
  findings,
  type Generated,
  type GoldenCase,
  generateFrom,
  goldenCases,
  inFolder,
  nothing,
  run,
  updateFiles,
  updating,
} from "./golden.ts";

// `expected/` holds only what the steps after the first write; the first is like any installation.
describe.each(goldenCases("change"))("$name", (golden) => {
  const last = golden.manifests.at(-1) ?? "";

  test("the migrations are those expected, whether or not the former ones have run", () =>
    withSchema(golden, (db) =>
      withSchema(golden, (untouched) =>
        inFolder(async (folder) => {
          const ran = await allSteps(golden, (manifest, before) =>
            advance(db, folder, manifest, before),
          );
          const notRun = await allSteps(golden, (manifest, before) =>
            generateOnly(untouched, manifest, before),
          );
          expect(notRun).toEqual(ran);
          const first = await generateOnly(untouched, golden.manifests[0] ?? "", nothing);
          const files = ran.files.slice(first.files.length);
          if (updating) updateFiles(golden, files);
          expect(new Map(files.map(({ name, text }) => [name, text]))).toEqual(
            expectedFiles(golden),
          );
        }),
      ),
    ));

  testPgDump(
    "a changed database is as if it had been installed so, and each way back is exact",
    () =>
      withSchema(golden, (db) =>
        inFolder(async (folder) => {
          const dumps = [await pgDump(db.url)];
          const counts: number[] = [];
          let generated = nothing;
          for (const manifest of golden.manifests) {
            const before = generated.files.length;
            generated = await advance(db, folder, manifest, generated);
            counts.push(generated.files.length - before);
            dumps.push(await dumpOf(db));
          }
          expect(dumps.at(-1)).toBe(await freshDump(golden, last));

          for (const [index, count] of [...counts.entries()].reverse()) {
            expect(await run(db, folder, "down", count)).toBe(count);
            expect(await (index === 0 ? pgDump(db.url) : dumpOf(db))).toBe(dumps[index]);
          }

          await run(db, folder, "up");
          expect(await dumpOf(db)).toBe(dumps.at(-1));
        }),
      ),
  );

  test("once it has run, generating again gives no file and the same lock", () =>
    withSchema(golden, (db) =>
      inFolder(async (folder) => {
        const generated = await allSteps(golden, (manifest, before) =>
          advance(db, folder, manifest, before),
        );
        const again = await generateFrom(db, last, generated);
        expect(again.files).toEqual([]);
        expect(again.lock).toBe(generated.lock);
      }),
    ));

  testPlpgsqlCheck("plpgsql_check finds nothing wrong with any function", () =>
    withSchema(golden, (db) =>
      inFolder(async (folder) => {
        await allSteps(golden, (manifest, before) => advance(db, folder, manifest, before));
        expect(await findings(db)).toEqual([]);
      }),
    ),
  );
});

async function allSteps(
  golden: GoldenCase,
  step: (manifest: string, before: Generated) => Promise<Generated>,
): Promise<Generated> {
  let generated = nothing;
  for (const manifest of golden.manifests) generated = await step(manifest, generated);
  return generated;
}

/** As `advance`, but nothing runs. */
async function generateOnly(
  db: TestDatabase,
  manifest: string,
  before: Generated,
): Promise<Generated> {
  const { files, lock } = await generateFrom(db, manifest, before);
  return { files: [...before.files, ...files], lock };
}

function freshDump(golden: GoldenCase, manifest: string): Promise<string> {
  return withSchema(golden, (db) =>
    inFolder(async (folder) => {
      await advance(db, folder, manifest, nothing);
      return dumpOf(db);
    }),
  );
}

function withSchema<T>(golden: GoldenCase, work: (db: TestDatabase) => Promise<T>): Promise<T> {
  return withDatabase(async (db) => {
    await db.query(golden.schema);
    return work(db);
  });
}
