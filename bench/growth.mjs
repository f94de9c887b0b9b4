import { compare, short } from "./measure.mjs";
import { race } from "./race.mjs";
import { again, inSets, ours, oursTwoWorkers } from "./ways-to-end.mjs";

/** Every expired session goes with nine rows. */
const ROWS = 10;

/** Ends the expired half of a hundredth, of a tenth, and of all: what does a row cost in each? */
export async function growth({ worldOf, size, repeats, say }) {
  const worlds = [size / 100, size / 10, size].map(worldOf);
  const workers = await worlds[0].sweepTakes("worker");
  const ways = [ours, ...(workers ? [oursTwoWorkers] : []), inSets];
  const contestants = [
    ...worlds.flatMap((world) => ways.map((way) => sized(way, world))),
    sized(again(ours), worlds[0]),
  ];
  const times = await race({ group: "growth", contestants, repeats, say });
  return comparisons(ways, worlds, perRow(contestants, times));
}

const sized = (way, world) => ({ ...way, world, name: nameAt(way, world) });

const nameAt = ({ name }, { size }) => `${name}, ${short(size)}`;

function perRow(contestants, times) {
  const rows = ({ world }) => (world.size / 2) * ROWS;
  return Object.fromEntries(
    contestants.map((each) => [
      each.name,
      times[each.name].map((time) => (time * 1000) / rows(each)),
    ]),
  );
}

function comparisons(ways, worlds, times) {
  const [smallest, ...larger] = worlds;
  const pair = (name, ours, theirs, rest = {}) =>
    compare({ group: "growth", case: name, unit: "µs a row", times, ours, theirs, ...rest });
  return [
    ...ways.flatMap((way) =>
      larger.map((world) =>
        pair(
          `a row at ${short(world.size)}: ${way.name}`,
          nameAt(way, world),
          nameAt(way, smallest),
        ),
      ),
    ),
    pair("the smallest again", nameAt(again(ours), smallest), nameAt(ours, smallest), {
      noise: true,
    }),
    ...worlds.flatMap((world) =>
      ways
        .filter((way) => way !== inSets)
        .map((way) =>
          pair(
            `${way.name} against the limit, ${short(world.size)}`,
            nameAt(way, world),
            nameAt(inSets, world),
          ),
        ),
    ),
  ];
}
