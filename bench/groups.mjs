import { growth } from "./growth.mjs";
import { hotPath } from "./hot-path.mjs";
import { load } from "./load.mjs";
import { peers } from "./peers.mjs";
import { poison } from "./poison.mjs";
import { sweep } from "./sweep.mjs";

/** What can be measured, each with its size and how often, unless the command says otherwise. */
export const GROUPS = {
  touch: { title: "A mere touch", size: 10_000, repeats: 9, hotPath: true },
  data: { title: "Data written", size: 10_000, repeats: 9, hotPath: true },
  insert: { title: "Sessions made and deleted", size: 10_000, repeats: 9, hotPath: true },
  sweep: { title: "The sweep", size: 10_000, repeats: 9, run: sweep },
  growth: { title: "A row's time as the data grow", size: 1_000_000, repeats: 5, run: growth },
  peers: { title: "What one would use instead", size: 2_000, repeats: 3, run: peers },
  poison: { title: "Rows that cannot be deleted", size: 120_000, repeats: 5, run: poison },
  load: { title: "The application beside a sweep", size: 1_000_000, repeats: 15, run: load },
};

/** Those that `--size` is for when none is named. */
export const SIZED = ["touch", "data", "insert", "sweep"];

/** Runs the chosen groups, those of the hot path together; gives their comparisons. */
export async function runGroups(chosen, given) {
  const together = Object.keys(chosen).filter((group) => GROUPS[group].hotPath);
  const results = [];
  if (together.length > 0) {
    const { size, repeats } = chosen[together[0]];
    const world = given.worldOf(size);
    results.push(...(await hotPath({ ...given, world, size, repeats, groups: together })));
  }
  for (const [group, { size, repeats }] of Object.entries(chosen)) {
    if (GROUPS[group].hotPath) continue;
    // Growth has a world for each of its sizes.
    const world = group === "growth" ? undefined : given.worldOf(size);
    results.push(...(await GROUPS[group].run({ ...given, world, size, repeats })));
  }
  return results;
}
