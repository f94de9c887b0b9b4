import fc from "fast-check";
import { describe, test } from "vitest";
import { withInstalled } from "../../support/installed.ts";
import { anyCommand } from "./any-command.ts";
import { anySetup, manifestText, schemaText } from "./manifests.ts";
import { play, stage } from "./play.ts";

/** MODEL_RUNS sequences of commands, a dozen for each manifest; MODEL_SEED plays the same ones again. */
const RUNS = Number(process.env["MODEL_RUNS"] ?? 120);
const SEED = Number(process.env["MODEL_SEED"] ?? Date.now() % 2 ** 31);
const PER_MANIFEST = 12;

const setups = fc.sample(anySetup, { seed: SEED, numRuns: Math.ceil(RUNS / PER_MANIFEST) });

console.info(`model: ${RUNS} sequences, MODEL_SEED=${SEED}`);

describe("any sequence of commands does to the database what it does to a model of ownership", () => {
  test.each(setups.map((setup, index) => ({ setup, index })))(
    `manifest $index of MODEL_SEED=${SEED}`,
    ({ setup, index }) =>
      withInstalled({ schema: schemaText(setup), manifest: manifestText(setup) }, async (db) => {
        const on = await stage(db, setup);
        const commands = fc.array(anyCommand(setup), { minLength: 1, maxLength: 40, size: "max" });
        await fc.assert(
          fc.asyncProperty(commands, (commands) => play(on, commands)),
          { seed: SEED + index, numRuns: PER_MANIFEST },
        );
      }),
    // To shrink a counterexample takes its time.
    600_000,
  );
});
