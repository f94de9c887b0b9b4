import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type TestDatabase, testPlpgsqlCheck } from "../support/database.ts";
import { expectInstalled } from "./checked.ts";
import {
  advance,
  expectedFiles,
  findings,
  type Generated,
  type GoldenCase,
  generateFrom,
  goldenCases,
  nothing,
  run,
  type Stage,
  schemaBesideRunner,
  schemaOf,
  setStage,
  updateFiles,
  updating,
} from "./golden.ts";

// `expected/` holds only what the steps after the first write; the first is like any installation.
describe.each(goldenCases("change"))("$name", (golden) => {
  const last = golden.manifests.at(-1) ?? "";
  let stage: Stage;
  let db: TestDatabase;
  /** What generating left behind after each step: where nothing has run, and where all has. */
  const notRun: Generated[] = [];
  const ran: Generated[] = [];
  /** The schema after each step. */
  const schemas: string[] = [];

  beforeAll(async () => {
    stage = await setStage(golden);
    ({ db } = stage);
    for (const manifest of golden.manifests)
      notRun.push(await generateOnly(db, manifest, notRun.at(-1) ?? nothing));
    if (updating) updateFiles(golden, afterFirst(notRun));
    for (const manifest of golden.manifests) {
      ran.push(await advance(stage, manifest, ran.at(-1) ?? nothing));
      schemas.push(await schemaBesideRunner(db));
    }
  });

  afterAll(() => stage.close());

  test("the migrations are those expected, whether or not the former ones have run", () => {
    expect(notRun).toEqual(ran);
    expect(new Map(afterFirst(ran).map(({ name, text }) => [name, text]))).toEqual(
      expectedFiles(golden),
    );
  });

  test("once it has run, generating again gives no file and the same lock", async () => {
    const again = await generateFrom(db, last, ran.at(-1));
    expect(again.files).toEqual([]);
    expect(again.lock).toBe(ran.at(-1)?.lock);
  });

  testPlpgsqlCheck("plpgsql_check finds nothing wrong with any function", async () => {
    expect(await findings(db)).toEqual([]);
  });

  test("check finds all of it installed, and leaves the database as it was", () =>
    expectInstalled(db, ran.at(-1)?.lock));

  test("a changed database is as if it had been installed so, and each way back is exact", async () => {
    expect(schemas.at(-1)).toBe(await freshSchema(golden, last));

    const counts = ran.map(({ files }, step) => files.length - (ran[step - 1]?.files.length ?? 0));
    for (const [step, count] of [...counts.entries()].reverse()) {
      expect(await run(db, stage.folder, "down", count)).toBe(count);
      if (step === 0) expect(await schemaOf(db)).toBe(stage.before);
      else expect(await schemaBesideRunner(db)).toBe(schemas[step - 1]);
    }

    await run(db, stage.folder, "up");
    expect(await schemaBesideRunner(db)).toBe(schemas.at(-1));
  });
});

/** As `advance`, but nothing runs. */
async function generateOnly(
  db: TestDatabase,
  manifest: string,
  before: Generated,
): Promise<Generated> {
  const { files, lock } = await generateFrom(db, manifest, before);
  return { files: [...before.files, ...files], lock };
}

/** The files of all steps but the first. */
function afterFirst(steps: readonly Generated[]): Generated["files"] {
  return steps.at(-1)?.files.slice(steps[0]?.files.length) ?? [];
}

async function freshSchema(golden: GoldenCase, manifest: string): Promise<string> {
  const stage = await setStage(golden);
  try {
    await advance(stage, manifest, nothing);
    return await schemaBesideRunner(stage.db);
  } finally {
    await stage.close();
  }
}
