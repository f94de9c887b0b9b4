import { shuffled } from "./measure.mjs";
import { verify } from "./verify.mjs";

/**
 * Lets every contestant end the expired half, each time on a fresh copy in memory, in a new random
 * order in every repeat; gives the times of each. What a contestant's `connect` does is not timed.
 */
export async function race({ group, contestants, repeats, say }) {
  const times = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let repeat = 1; repeat <= repeats; repeat++) {
    say(`${group}: repeat ${repeat} of ${repeats}`);
    for (const contestant of shuffled(contestants)) {
      times[contestant.name].push(await timed(contestant));
    }
  }
  return times;
}

/** Milliseconds that one contestant takes. */
function timed({ name, world, layout, connect, leavesDrafts, check = halfIsLeft }) {
  return world.withCopy(layout, async (client, database) => {
    const another = () => world.another(database);
    const where = world.where(database);
    const { endExpired, close } = await connect({ client, another, where });
    try {
      await world.checkpoint();
      const started = performance.now();
      await endExpired();
      const time = performance.now() - started;
      await check(client, { name, size: world.size, leavesDrafts });
      return time;
    } finally {
      await close?.();
    }
  });
}

async function halfIsLeft(client, { name, size, leavesDrafts }) {
  const sessions = size / 2;
  await verify(client, name, { sessions, strayDrafts: leavesDrafts ? size - sessions : 0 });
}
