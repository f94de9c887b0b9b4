import {
  giveBack,
  type Letter,
  noteFailure,
  type OutboxPool,
  setupFault,
  strikeOut,
  takeLetters,
} from "./outbox/letters.ts";
import { type DrainOptions, readOptions, type Settings } from "./outbox/options.ts";
import { type Bell, listen, newBell, pause, reconnectDelay } from "./outbox/wake.ts";

export type { Letter, OutboxClient, OutboxPool } from "./outbox/letters.ts";
export type { DrainOptions } from "./outbox/options.ts";

/** What a drain did. */
export interface DrainResult {
  /** Letters whose handler went well. */
  readonly handled: number;
  /** Tries that failed. */
  readonly failed: number;
  /** Letters among them that had no try left. */
  readonly dead: number;
}

/**
 * Hands each letter of `lastwill.outbox` to the handler, and strikes it out when that goes well.
 * Goes on until the signal says stop; it hears of new letters at once.
 *
 * At least once: a letter comes again when its handler fails, when this process dies, or when the
 * handler is slower than the lease. So handling one twice must do no harm. No transaction is open
 * while a handler runs. Letters come in the order of their ids within a batch; a letter that is
 * tried again, or another consumer, may change the order, so do not build on it.
 *
 * Any number of consumers may drain at once. The pool needs a second connection, to listen (not
 * with `once`). Throws a DatabaseError when the outbox is not there, or not for this role.
 */
export async function drainOutbox<Payload = Record<string, unknown>>(
  pool: OutboxPool,
  handler: (letter: Letter<Payload>) => unknown,
  options: DrainOptions = {},
): Promise<DrainResult> {
  const drain: Drain = {
    ...readOptions(options),
    pool,
    handler: async (letter) => handler(letter as Letter<Payload>),
    counts: { handled: 0, failed: 0, dead: 0 },
  };
  if (drain.once) {
    await drainDue(drain);
    return drain.counts;
  }
  if (pool.options?.max === 1) {
    throw new RangeError("the pool needs two connections at least: one of them listens");
  }
  const bell = newBell();
  const ended = new AbortController();
  const listening = listen(pool, bell.ring, ended.signal, drain.report);
  drain.signal?.addEventListener("abort", bell.ring);
  try {
    await drainOn(drain, bell);
  } finally {
    drain.signal?.removeEventListener("abort", bell.ring);
    ended.abort();
    await listening;
  }
  return drain.counts;
}

interface Drain extends Settings {
  readonly pool: OutboxPool;
  readonly handler: (letter: Letter) => Promise<unknown>;
  readonly counts: { handled: number; failed: number; dead: number };
}

/** Drains whatever comes, until the signal says stop. */
async function drainOn(drain: Drain, bell: Bell): Promise<void> {
  while (!drain.signal?.aborted) {
    await drainDue(drain);
    if (!drain.signal?.aborted) await bell.wait(drain.pollSeconds);
  }
}

/** Drains until nothing is due, or the signal says stop. */
async function drainDue(drain: Drain): Promise<void> {
  for (;;) {
    // Asked here again: the signal may have come between two attempts.
    const letters = await insist(drain, async () =>
      drain.signal?.aborted ? [] : takeLetters(drain.pool, drain.terms),
    );
    if (letters.length === 0) return;
    await handleBatch(drain, letters);
  }
}

/** Begins letters for half of their lease, so that no handler starts with hardly any of it left. */
async function handleBatch(drain: Drain, letters: readonly Letter[]): Promise<void> {
  const { pool, signal, concurrency } = drain;
  const waiting = [...letters];
  const handled: string[] = [];
  let struckOut = Promise.resolve();
  const beginUntil = Date.now() + drain.terms.lease * 500;

  const strikeOutHandled = async (): Promise<void> => {
    const ids = handled.splice(0);
    if (ids.length > 0) await insist(drain, () => strikeOut(pool, ids));
  };
  const work = async (): Promise<void> => {
    while (!signal?.aborted && Date.now() < beginUntil) {
      const letter = waiting.shift();
      if (letter === undefined) return;
      if (!(await handle(drain, letter))) continue;
      handled.push(letter.id);
      // At once, but without waiting; what is handled meanwhile goes together next time.
      struckOut = struckOut.then(strikeOutHandled);
      struckOut.catch(() => undefined);
    }
  };

  const workers = await Promise.allSettled(Array.from({ length: concurrency }, work));
  await struckOut;
  for (const worker of workers) if (worker.status === "rejected") throw worker.reason;
  const ids = waiting.map(({ id }) => id);
  if (ids.length > 0) await insist(drain, () => giveBack(pool, ids));
}

/** Runs the handler, and says whether it went well. */
async function handle(drain: Drain, letter: Letter): Promise<boolean> {
  const { counts, pool } = drain;
  try {
    await drain.handler(letter);
    counts.handled += 1;
    return true;
  } catch (error) {
    counts.failed += 1;
    drain.report(error, letter);
    const retryIn = drain.retryIn(letter.tries);
    const failure = { reason: String(error), retryIn, maxTries: drain.terms.maxTries };
    if (await insist(drain, () => noteFailure(pool, letter, failure))) counts.dead += 1;
    return false;
  }
}

/**
 * Tries again for as long as the database fails, unless that is hopeless. A drain that is to stop
 * does not wait for the database to come back, but a connection that broke must not make it forget
 * what was handled: it tries thrice.
 */
async function insist<T>(drain: Drain, ask: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      const fault = setupFault(error);
      if (fault) throw fault;
      if (drain.once || (drain.signal?.aborted && failures >= 3)) throw error;
      drain.report(error);
      await pause(reconnectDelay(failures), drain.signal);
    }
  }
}
