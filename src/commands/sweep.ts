import type pg from "pg";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import { data, say, sayNotice } from "./console.ts";

/** What `sweep` is called with. */
export interface SweepCommandOptions {
  readonly database: string | undefined;
  readonly owner?: string;
  readonly json?: true;
}

/** `sweep`: the same procedure that pg_cron calls, from any scheduler. Gives the exit code. */
export async function sweepCommand(options: SweepCommandOptions): Promise<number> {
  const runs = await withClient(
    options.database,
    (client) => sweep(client, options.owner),
    sayNotice,
  );
  if (options.json) data(JSON.stringify(runs, null, 2));
  else for (const run of runs) say(runText(run));
  return runs.some((run) => run.last_error !== null) ? EXIT.found : EXIT.fine;
}

/** A row of lastwill.sweep_run. */
export interface SweepRun {
  readonly owner: string;
  readonly batches: number;
  readonly owners_ended: number;
  readonly released_ended: number;
  readonly seconds: number;
  readonly last_error: string | null;
}

/** Sweeps, and gives the runs that this made. */
export async function sweep(client: pg.ClientBase, owner?: string): Promise<SweepRun[]> {
  const before = await client.query("select coalesce(max(id), 0) as id from lastwill.sweep_run");
  await client.query("call lastwill.sweep($1)", [owner ?? null]);
  const { rows } = await client.query(
    `select run.owner,
            run.batches,
            run.owners_ended::integer,
            run.released_ended::integer,
            round(extract(epoch from run.ended_at - run.started_at), 3)::float8 as seconds,
            run.last_error
     from lastwill.sweep_run as run
     where run.id > $1
       and run.ended_at is not null
     order by run.id`,
    [before.rows[0]?.id],
  );
  return rows;
}

/** A run in one line, for a person. */
export function runText(run: SweepRun): string {
  const ended = `${run.owners_ended} expired and ${run.released_ended} released rows ended`;
  const failed =
    run.last_error === null ? "" : `; a batch failed (${run.last_error}), see lastwill.quarantine`;
  return `${run.owner}: ${ended} in ${run.seconds.toFixed(2)} s${failed}`;
}
