import type pg from "pg";

/** What bounds a run, besides the time that the manifest gives it. */
export interface SweepBounds {
  /** Which of the workers that share a backlog this is; 1 is the one that always runs. */
  readonly worker?: number;
  /** Goes on although the sweep would hold. */
  readonly accept?: boolean;
  /** How many rows to end at most. */
  readonly maxRows?: number | undefined;
}

/** A run that has begun: a row of lastwill.sweep_run. */
export interface BegunRun {
  readonly id: string;
  readonly owner: string;
  readonly worker: number;
  /** Owner rows that were due when it began: exact up to 1,000, above that an estimate. */
  readonly due: number;
}

/** One batch, as it was committed. */
export interface SweepBatch {
  readonly owner: string;
  readonly worker: number;
  /** The owner's name for its expired rows, the edge's for released rows. */
  readonly step: string;
  /** How many rows it dealt with; null when it failed, and is to be tried again in parts. */
  readonly rows: number | null;
  readonly seconds: number;
}

/** A run that is over. */
export interface SweepRun {
  readonly owner: string;
  readonly worker: number;
  readonly batches: number;
  readonly owners_ended: number;
  readonly released_ended: number;
  readonly seconds: number;
  /** Why the last failed batch failed; null when none did. */
  readonly last_error: string | null;
}

/**
 * The owners to sweep, whoever has waited longest first, each with how many workers the manifest gives
 * it. Throws PostgreSQL's error LW001 for an owner that is not there.
 */
export async function sweptOwners(
  client: pg.ClientBase,
  owner?: string,
): Promise<{ owner: string; workers: number }[]> {
  if (owner !== undefined) await client.query("select lastwill.known_owner($1)", [owner]);
  const { rows } = await client.query(
    `select setting.owner, setting.workers
     from unnest(lastwill.sweep_order($1, 1)) with ordinality as turn (owner, number)
     join lastwill.sweep_setting as setting on setting.owner = turn.owner
     order by turn.number`,
    [owner ?? null],
  );
  return rows;
}

/**
 * Begins a run over one owner; undefined when this worker is not to sweep now: paused, held, or one
 * worker is enough. The database says which in a notice.
 */
export async function beginSweep(
  client: pg.ClientBase,
  owner: string,
  { worker = 1, accept = false, maxRows }: SweepBounds,
): Promise<BegunRun | undefined> {
  // With a fixed snapshot nothing that is shared could be decided.
  await client.query("set default_transaction_isolation = 'read committed'");
  const begun = await client.query("select lastwill.sweep_begin($1, $2, $3, $4) as run", [
    owner,
    worker,
    accept,
    maxRows ?? null,
  ]);
  const { rows } = await client.query(
    `select run.id::text, run.owner, run.worker, run.due::float8
     from lastwill.sweep_run as run
     where run.id = $1`,
    [begun.rows[0]?.run],
  );
  return rows[0];
}

/** The batches of a run, each committed when it is given, until nothing is due or the time is up. */
export async function* sweepBatches(
  client: pg.ClientBase,
  run: BegunRun,
): AsyncGenerator<SweepBatch, void, void> {
  for (;;) {
    const { rows } = await client.query(
      `select batch.step, batch.n_rows as rows, extract(epoch from batch.took)::float8 as seconds
       from lastwill.sweep_next($1) as batch`,
      [run.id],
    );
    const [batch] = rows;
    if (!batch || batch.step === null) return;
    yield { owner: run.owner, worker: run.worker, ...batch };
  }
}

/** Closes a run, and gives what it did. */
export async function endSweep(client: pg.ClientBase, { id }: BegunRun): Promise<SweepRun> {
  await client.query("select lastwill.sweep_end($1)", [id]);
  const { rows } = await client.query(
    `select run.owner,
            run.worker,
            run.batches,
            run.owners_ended::float8,
            run.released_ended::float8,
            round(extract(epoch from run.ended_at - run.started_at), 3)::float8 as seconds,
            run.last_error
     from lastwill.sweep_run as run
     where run.id = $1`,
    [id],
  );
  return rows[0];
}

/** A whole run over each owner, or the one named, as `call lastwill.sweep()` does it; gives the runs. */
export async function sweep(client: pg.ClientBase, owner?: string): Promise<SweepRun[]> {
  const runs: SweepRun[] = [];
  for (const { owner: name } of await sweptOwners(client, owner)) {
    const run = await beginSweep(client, name, {});
    if (run === undefined) continue;
    for await (const _ of sweepBatches(client, run));
    runs.push(await endSweep(client, run));
  }
  return runs;
}
