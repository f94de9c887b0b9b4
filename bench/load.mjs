import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { findPgbench, runPgbench } from "./load/pgbench.mjs";
import { compare, median, percentile, shuffled } from "./measure.mjs";
import { insist } from "./verify.mjs";
import { again, ours, oursTwoWorkers, pruneOurTriggers } from "./ways-to-end.mjs";

const KNOWN_SESSIONS = readFileSync(new URL("load/known-sessions.sql", import.meta.url), "utf8");

/** So long what ends sessions has been at it when the load begins. */
const HEAD_START = 300;

const NONE = { name: "nothing", layout: "ours" };

/** What must hold after the load, whatever ran beside it: nobody there lost anything. */
const AFTERWARDS = `
  select
    (
      select count(*) from known_sessions as known join session using (sid)
      join carts on session_sid = sid join drafts on drafts.id = known.draft
    )::integer as known,
    (
      select count(*) from session join carts on session_sid = sid where carts.id >= 10000000000
    )::integer as made,
    (select count(*) from session left join carts on session_sid = sid where carts.id is null)::integer
      as without_cart,
    (select count(*) from carts left join session on session_sid = sid where sid is null)::integer
      as strays,
    (
      select count(*) from drafts
      where id not in (select (sess ->> 'draftId')::bigint from session where sess ->> 'draftId' <> '')
    )::integer as stray_drafts`;

const EXPIRED = "select count(*)::integer as expired from session where expire < localtimestamp";

/**
 * Latencies of an application's statements beside a sweep that lasts as long as the load, and beside
 * nothing; gives the comparisons.
 */
export async function load({ world, repeats, seconds, rate, server, say, note }) {
  const file = findPgbench(server.bin);
  if (file === undefined) {
    note("load SKIPPED: there is no pgbench beside the server or in the PATH");
    return [];
  }
  const workers = await world.sweepTakes("worker");
  const sweeps = [ours, ...(workers ? [oursTwoWorkers] : []), pruneOurTriggers];
  const contestants = [NONE, again(NONE), ...sweeps];
  const measured = [];
  const early = [];
  while (measured.length < repeats && early.length <= repeats) {
    say(`load: repeat ${measured.length + 1} of ${repeats}`);
    const repeat = await runAll(contestants, { world, file, rate, seconds });
    if (typeof repeat === "string") early.push(repeat);
    else measured.push(repeat);
  }
  if (early.length > 0) {
    const names = [...new Set(early)].join(", ");
    note(`load: ${early.length} repeats THROWN AWAY: done before the load was: ${names}`);
  }
  if (measured.length === 0) {
    note("load SKIPPED: the backlog is too small: more --size, or fewer --seconds");
    return [];
  }
  return comparisons(sweeps, measured);
}

/** One repeat: what was measured beside each, or the name of one that was done too early. */
async function runAll(contestants, given) {
  const repeat = {};
  for (const contestant of shuffled(contestants)) {
    const one = await underLoad(contestant, given);
    if (one === undefined) return contestant.name;
    repeat[contestant.name] = one;
  }
  return repeat;
}

/** Milliseconds at the median and the 99th percentile, and how many sessions ended in a second. */
function underLoad({ name, layout, connect }, { world, file, rate, seconds }) {
  return world.withCopy(layout, async (client, database) => {
    for (const sql of KNOWN_SESSIONS.split(/;\n/)) await client.query(sql);
    const live = world.size / 2;
    const others = [await world.another(database)];
    const another = async () => others[others.push(await world.another(database)) - 1];
    const way = await connect?.({ client: others[0], another });
    await world.checkpoint();

    const started = performance.now();
    const job = way ? running(way.endExpired()) : undefined;
    await sleep(HEAD_START);
    const where = world.where(database);
    const { times, made } = await runPgbench({ file, where, rate, seconds, live });
    const early = job?.done;
    const elapsed = (performance.now() - started) / 1000;
    if (job) await cancelled(job, client, others);

    const { rows } = await client.query(AFTERWARDS);
    const fine = { known: live, made, without_cart: 0, strays: 0, stray_drafts: 0 };
    insist(`${name}, under load`, rows[0], fine);
    if (early) return undefined;
    const left = (await client.query(EXPIRED)).rows[0].expired;
    return {
      p50: percentile(times, 0.5),
      p99: percentile(times, 0.99),
      endedPerSecond: (world.size / 2 - left) / elapsed,
    };
  });
}

function running(promise) {
  const job = { done: false };
  job.outcome = promise.then(
    () => {
      job.done = true;
    },
    (error) => error,
  );
  return job;
}

async function cancelled(job, client, others) {
  for (const { processID } of others)
    await client.query("select pg_cancel_backend($1)", [processID]);
  const error = await job.outcome;
  if (error && error.code !== "57014") throw error;
}

function comparisons(sweeps, measured) {
  const of = (what) =>
    Object.fromEntries(
      Object.keys(measured[0]).map((name) => [name, measured.map((repeat) => repeat[name][what])]),
    );
  const times = { p50: of("p50"), p99: of("p99") };
  const ended = of("endedPerSecond");
  const pair = (what, ours, rest) =>
    compare({ group: "load", unit: "ms", times: times[what], ours, theirs: "nothing", ...rest });
  return ["p50", "p99"].flatMap((what) => [
    ...sweeps.map(({ name }) =>
      pair(what, name, {
        case: `${what} beside: ${name}`,
        remark: `ends ${Math.round(median(ended[name])).toLocaleString("en")} sessions a second`,
      }),
    ),
    pair(what, "nothing again", { case: what, noise: true }),
  ]);
}
