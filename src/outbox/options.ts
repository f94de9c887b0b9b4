import type { Letter, Terms } from "./letters.ts";

/** How to drain the outbox. */
export interface DrainOptions {
  /** Stops the drain: handlers that run are waited for, letters not begun are put back. */
  readonly signal?: AbortSignal | undefined;
  /** Return as soon as nothing is due, and throw at the first error of the database. */
  readonly once?: boolean | undefined;
  /** Only letters of these edges: `["session.uploads"]`. All, when it is left out. */
  readonly edges?: readonly string[] | undefined;
  /** How many handlers may run at the same time. 1, unless given. */
  readonly concurrency?: number | undefined;
  /** How many letters are taken at once, at most. 100, unless given. */
  readonly batch?: number | undefined;
  /**
   * For how many seconds taken letters are kept from other consumers: at least twice as long as a
   * handler may take, for letters are begun in the first half only. 60, unless given.
   */
  readonly lease?: number | undefined;
  /** After so many tries a letter is dead: kept, and handed out no more. 10, unless given. */
  readonly maxTries?: number | undefined;
  /**
   * How many seconds a letter waits after so many failed tries. Unless given, half a minute at
   * first and twice as long each time, an hour at most: ten tries take three hours.
   */
  readonly backoff?: ((tries: number) => number) | undefined;
  /** How often to look for letters whose wait is over, or whose notification was lost. 30 seconds. */
  readonly pollSeconds?: number | undefined;
  /**
   * Told of each error of a handler, with its letter, and of each error of the database that is
   * tried again. `console.error`, unless given.
   */
  readonly onError?: ((error: unknown, letter?: Letter) => void) | undefined;
}

/** Options with their defaults filled in. */
export interface Settings {
  readonly signal: AbortSignal | undefined;
  readonly once: boolean;
  readonly terms: Terms;
  readonly concurrency: number;
  readonly pollSeconds: number;
  /** `backoff`, checked. */
  readonly retryIn: (tries: number) => number;
  /** `onError`, but it never throws. */
  readonly report: (error: unknown, letter?: Letter) => void;
}

/** Fills in the defaults. Throws RangeError on what would never end, or never begin. */
export function readOptions(options: DrainOptions): Settings {
  const { signal, edges, once = false, onError = sayError, backoff = defaultBackoff } = options;
  const { batch = 100, concurrency = 1, lease = 60, maxTries = 10, pollSeconds = 30 } = options;
  for (const [name, count] of Object.entries({ batch, concurrency, maxTries })) {
    must(Number.isInteger(count) && count > 0, `${name} must be a whole number over 0`, count);
  }
  for (const [name, seconds] of Object.entries({ lease, pollSeconds })) {
    must(Number.isFinite(seconds) && seconds > 0, `${name} must be a number over 0`, seconds);
  }
  const report = (error: unknown, letter?: Letter): void => {
    try {
      onError(error, letter);
    } catch (another) {
      sayError(error, letter);
      sayError(another);
    }
  };
  const retryIn = (tries: number): number => {
    const seconds = backoff(tries);
    must(Number.isFinite(seconds) && seconds >= 0, "backoff must give a number from 0 on", seconds);
    return seconds;
  };
  const terms = { batch, lease, maxTries, edges };
  return { signal, once, terms, concurrency, pollSeconds, retryIn, report };
}

function must(fits: boolean, rule: string, value: number): void {
  if (!fits) throw new RangeError(`${rule}, not ${value}`);
}

function defaultBackoff(tries: number): number {
  return Math.min(30 * 2 ** (tries - 1), 3600);
}

function sayError(error: unknown, letter?: Letter): void {
  const what = letter ? `letter ${letter.id} (${letter.edge} ${letter.key})` : "outbox";
  console.error(`lastwill: ${what}:`, error);
}
