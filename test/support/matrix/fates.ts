import type { Kind } from "./world.ts";

/**
 * What has become of a row: it is tied; waits to be tied again; has ended; was let go of for good; was
 * deleted. Where there is one below, that is what is told of, but for `below …`.
 */
export type Fate =
  | "lives"
  | "waits"
  | "ends"
  | "freed"
  | "deleted"
  | "below waits"
  | "below ends"
  | "below freed"
  | "below deleted"
  | "below emptied";

/** As the row is at once, after a sweep, and when every grace is over. */
export type Fates = readonly [Fate, Fate, Fate];

export const LIVES: Fates = ["lives", "lives", "lives"];
export const ENDS: Fates = ["ends", "ends", "ends"];
export const FREED: Fates = ["freed", "freed", "freed"];
export const WAITS: Fates = ["waits", "waits", "ends"];
export const DELETED: Fates = ["deleted", "deleted", "deleted"];
export const SWEPT: Fates = ["lives", "ends", "ends"];

/** An owner was deleted who had not expired. */
export const left = ({ grace }: Kind): Fates => (grace ? WAITS : ENDS);
