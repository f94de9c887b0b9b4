import process from "node:process";
import type pg from "pg";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import {
  beginSweep,
  endSweep,
  type SweepBounds,
  type SweepRun,
  sweepBatches,
  sweptOwners,
} from "../sweep.ts";
import { data, say, sayNotice } from "./console.ts";
import { sweepProgress } from "./sweep-progress.ts";

/** What `sweep` is called with. */
export interface SweepCommandOptions {
  readonly database: string | undefined;
  readonly owner?: string;
  readonly workers?: number;
  readonly limit?: number | undefined;
  readonly accept?: true;
  readonly json?: true;
}

/** What came of one owner: its runs, and whether its sweep holds. */
interface Outcome {
  readonly runs: readonly SweepRun[];
  readonly held: boolean;
}

/** `sweep`: what pg_cron calls, batch by batch, from any scheduler. Gives the exit code. */
export async function sweepCommand(options: SweepCommandOptions): Promise<number> {
  const stop = stopOnInterrupt();
  try {
    return await withClient(
      options.database,
      async (client) => {
        const outcomes: Outcome[] = [];
        let left = options.limit;
        for (const { owner, workers } of await sweptOwners(client, options.owner)) {
          if (stop.asked || left === 0) break;
          // A limit has one worker to keep to it.
          const many = left === undefined ? (options.workers ?? workers) : 1;
          const given = { ...options, workers: many, limit: left };
          const outcome = await sweepOwner(client, owner, given, stop);
          outcomes.push(outcome);
          if (left !== undefined) left = Math.max(0, left - ended(outcome));
        }
        return exitCodeOf(outcomes);
      },
      sayNotice,
    );
  } finally {
    stop.forget();
  }
}

/** The first worker on the connection at hand, each further one on its own, all until nothing is due. */
async function sweepOwner(
  client: pg.Client,
  owner: string,
  options: SweepCommandOptions,
  stop: Stop,
): Promise<Outcome> {
  const progress = sweepProgress(owner, options.json ? undefined : process.stderr);
  const { limit, workers = 1, accept = false, json } = options;
  const work = async (connection: pg.Client, worker: number) => {
    const bounds: SweepBounds = { worker, accept, maxRows: limit };
    const run = await beginSweep(connection, owner, bounds);
    if (run === undefined) return undefined;
    progress.begin(worker === 1 ? Math.min(run.due, limit ?? run.due) : 0);
    for await (const batch of sweepBatches(connection, run)) {
      if (json) data(JSON.stringify({ event: "batch", ...batch }));
      else progress.add(batch);
      if (stop.asked) break;
    }
    return endSweep(connection, run);
  };
  const first = work(client, 1);
  const others = Array.from({ length: workers - 1 }, (_, index) =>
    withClient(options.database, (connection) => work(connection, index + 2)),
  );
  const results = await Promise.allSettled([first, ...others]);
  progress.end();
  for (const result of results) if (result.status === "rejected") throw result.reason;
  const runs = results.flatMap((result) =>
    result.status === "fulfilled" && result.value ? [withoutMessage(result.value)] : [],
  );
  for (const run of runs) {
    if (json) data(JSON.stringify({ event: "run", ...run }));
    else say(runText(run));
  }
  return { runs, held: runs.length === 0 && (await isHeld(client, owner)) };
}

/** Of an error only its SQLSTATE: the message of a trigger may repeat a session's key, and this goes into logs. */
function withoutMessage(run: SweepRun): SweepRun {
  return { ...run, last_error: run.last_error?.slice(0, 5) ?? null };
}

async function isHeld(client: pg.ClientBase, owner: string): Promise<boolean> {
  const { rows } = await client.query(
    `select held.due
     from lastwill.hold as held
     where held.owner = $1
       and (held.accepted_at > now() - interval '1 day') is not true`,
    [owner],
  );
  return rows.length > 0;
}

function ended({ runs }: Outcome): number {
  return runs.reduce((sum, run) => sum + run.owners_ended + run.released_ended, 0);
}

function exitCodeOf(outcomes: readonly Outcome[]): number {
  const failed = outcomes.some(({ runs }) => runs.some(({ last_error }) => last_error !== null));
  return failed || outcomes.some(({ held }) => held) ? EXIT.found : EXIT.fine;
}

interface Stop {
  readonly asked: boolean;
  readonly forget: () => void;
}

/** The first interrupt lets the batch in hand end; a second one ends the process, as usual. */
function stopOnInterrupt(): Stop {
  let asked = false;
  const ask = () => {
    asked = true;
    forget();
    say("\nlastwill: stopping after the batch in hand");
  };
  const forget = () => {
    for (const signal of SIGNALS) process.off(signal, ask);
  };
  for (const signal of SIGNALS) process.on(signal, ask);
  return {
    get asked() {
      return asked;
    },
    forget,
  };
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** A run in one line, for a person. */
export function runText(run: SweepRun): string {
  const worker = run.worker === 1 ? "" : `, worker ${run.worker}`;
  const rows = `${run.owners_ended} expired and ${run.released_ended} released rows ended`;
  const failed =
    run.last_error === null ? "" : `; a batch failed (${run.last_error}), see lastwill.quarantine`;
  return `${run.owner}${worker}: ${rows} in ${run.seconds.toFixed(2)} s${failed}`;
}
