import { compare } from "./measure.mjs";
import { race } from "./race.mjs";
import {
  again,
  inSets,
  other,
  ours,
  oursTwoWorkers,
  prune,
  pruneOurTriggers,
} from "./ways-to-end.mjs";

const COMPARISONS = [
  { ours: "ours", theirs: "in sets", case: "sweep against the limit" },
  { ours: "ours, two workers", theirs: "in sets", case: "two workers against the limit" },
  { ours: "in sets again", theirs: "in sets", case: "the limit again", noise: true },
  { ours: "ours, two workers", theirs: "ours", case: "two workers against one" },
  { ours: "ours", theirs: "prune", case: "sweep against a prune that leaves the drafts" },
  { ours: "prune, our triggers", theirs: "prune", case: "that prune with our triggers on" },
  { ours: "ours", theirs: "prune, our triggers", case: "sweep against that prune, same work" },
  { ours: "ours", theirs: "other", case: "sweep" },
];

/** Ends the expired half in every way; gives the comparisons. */
export async function sweep({ world, repeats, against, say }) {
  const ways = [
    ours,
    ...((await world.sweepTakes("worker")) ? [oursTwoWorkers] : []),
    inSets,
    again(inSets),
    prune,
    pruneOurTriggers,
    ...(against ? [other] : []),
  ];
  const contestants = ways.map((way) => ({ ...way, world }));
  const times = await race({ group: "sweep", contestants, repeats, say });
  return COMPARISONS.filter(({ ours, theirs }) => ours in times && theirs in times).map((each) =>
    compare({ group: "sweep", unit: "ms", times, ...each }),
  );
}
