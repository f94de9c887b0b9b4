import fc from "fast-check";
import { describe, test } from "vitest";
import { withInstalled } from "../../support/installed.ts";
import { anyCommand } from "./any-command.ts";
import { ownersOf } from "./edges.ts";
import { compareForeseen } from "./foreseen.ts";
import { anySetup, manifestText, schemaText } from "./manifests.ts";
import { play, type Stage, stage } from "./play.ts";
import { keyOf } from "./statements.ts";

/** PREVIEW_RUNS states, a dozen for each manifest; MODEL_SEED makes the same ones again. */
const RUNS = Number(process.env["PREVIEW_RUNS"] ?? 96);
const SEED = Number(process.env["MODEL_SEED"] ?? Date.now() % 2 ** 31);
const PER_MANIFEST = 12;

const setups = fc.sample(anySetup, { seed: SEED, numRuns: Math.ceil(RUNS / PER_MANIFEST) });

console.info(`previews: ${RUNS} states, MODEL_SEED=${SEED}`);

describe("whatever has happened before, a preview says what then happens", () => {
  test.each(setups.map((setup, index) => ({ setup, index })))(
    `manifest $index of MODEL_SEED=${SEED}`,
    ({ setup, index }) =>
      withInstalled({ schema: schemaText(setup), manifest: manifestText(setup) }, async (db) => {
        const on = await stage(db, setup);
        const commands = fc.array(anyCommand(setup), { minLength: 5, maxLength: 40, size: "max" });
        await fc.assert(
          fc.asyncProperty(commands, async (commands) => {
            await play(on, commands);
            await foreseeAll(on, () => JSON.stringify({ setup, commands }, null, 1));
          }),
          { seed: SEED + index, numRuns: PER_MANIFEST, endOnFailure: true },
        );
      }),
    600_000,
  );
});

/** The end of each owner row, each by itself, then the sweep of one owner, then that of all. */
async function foreseeAll(on: Stage, told: () => string): Promise<void> {
  const { db, setup } = on;
  for (const owner of ownersOf(setup)) {
    const keys = await db.query<{ key: string }>(
      `select ${keyOf(owner)}::text as key from ${owner}`,
    );
    for (const { key } of keys) {
      await db.query("begin");
      try {
        const end = () => db.query(`delete from ${owner} where ${keyOf(owner)}::text = $1`, [key]);
        await compareForeseen(on, [owner, key], end, told);
      } finally {
        await db.query("rollback");
      }
    }
  }
  await compareForeseen(
    on,
    ["session", null],
    () => db.query("call lastwill.sweep('session')"),
    told,
  );
  await compareForeseen(on, [null, null], () => db.query("call lastwill.sweep()"), told);
}
