import { setTimeout as sleep } from "node:timers/promises";
import type { OutboxPool } from "./letters.ts";

/** What one may wait for. It may ring before anybody waits. */
export interface Bell {
  readonly ring: () => void;
  /** Waits until it rings, or for so many seconds. */
  readonly wait: (seconds: number) => Promise<void>;
}

export function newBell(): Bell {
  let rung = false;
  let wake = (): void => undefined;
  return {
    ring: () => {
      rung = true;
      wake();
    },
    wait: async (seconds) => {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds(seconds));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      rung = false;
    },
  };
}

/** Waits for so many seconds, or until the signal says stop. */
export async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds(seconds), undefined, signal && { signal }).catch(() => undefined);
}

/** A longer time than this a timer of Node.js takes for none at all. */
const milliseconds = (seconds: number): number => Math.min(seconds * 1000, 2 ** 31 - 1);

/** 1 second, then twice as long each time, 30 seconds at most: for a database that does not answer. */
export const reconnectDelay = (failures: number): number => Math.min(2 ** (failures - 1), 30);

/**
 * Rings whenever letters come in, until the signal says stop. A connection that breaks is told to
 * `onBreak` and replaced; until it is, letters are found by polling.
 */
export async function listen(
  pool: OutboxPool,
  ring: () => void,
  signal: AbortSignal,
  onBreak: (error: unknown) => void,
): Promise<void> {
  let failures = 0;
  const listening = (): void => {
    failures = 0;
    // What came in while nobody listened rang no bell.
    ring();
  };
  while (!signal.aborted) {
    try {
      await listenOnce(pool, { listening, ring }, signal);
    } catch (error) {
      onBreak(error);
      failures += 1;
      await pause(reconnectDelay(failures), signal);
    }
  }
}

/** Listens on one connection: until the signal says stop, or with an error when it breaks. */
async function listenOnce(
  pool: OutboxPool,
  on: { readonly listening: () => void; readonly ring: () => void },
  signal: AbortSignal,
): Promise<void> {
  const client = await pool.connect();
  let stop = (): void => undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      stop = resolve;
      signal.addEventListener("abort", stop);
      if (signal.aborted) stop();
      client.on("error", reject);
      client.on("end", () => reject(new Error("the listening connection was closed")));
      client.on("notification", on.ring);
      client.query("listen lastwill_outbox").then(on.listening, reject);
    });
  } finally {
    signal.removeEventListener("abort", stop);
    // Not back into the pool: whoever got it next would listen too.
    client.release(true);
  }
}
