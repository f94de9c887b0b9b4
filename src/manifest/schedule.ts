import { looksLikeCron, parseCron } from "./cron.ts";
import { DAY, HOUR, MINUTE, parseInterval } from "./interval.ts";
import { either, isProblem, type Problem } from "./problem.ts";

/** How often the sweep runs when the manifest does not say. */
export const DEFAULT_EVERY = "1 minute";

/** How many workers may sweep one owner: pg_cron runs 32 jobs at once, unless it is told otherwise. */
export const MAX_WORKERS = 16;

/** The intervals that a schedule can keep, from the shortest to the longest. */
const STEPS: readonly number[] = [
  ...Array.from({ length: MINUTE - 1 }, (_, index) => index + 1),
  ...divisors(60).map((minutes) => minutes * MINUTE),
  ...divisors(24).map((hours) => hours * HOUR),
  DAY,
];

function divisors(number: number): number[] {
  return Array.from({ length: number - 1 }, (_, index) => index + 1).filter(
    (n) => number % n === 0,
  );
}

/**
 * Turns `sweep.every` into what pg_cron takes: an interval that divides the minute's, hour's or day's
 * course evenly, or a five-field cron expression, which is taken as it is.
 * Gives the schedule (`0 *\/2 * * *`), or the problem with it; never throws.
 */
export function parseSchedule(every: string): string | Problem {
  if (looksLikeCron(every)) return parseCron(every);
  const seconds = parseInterval(every);
  if (isProblem(seconds)) return withCron(seconds);
  if (!STEPS.includes(seconds)) return uneven(every, seconds);
  if (seconds < MINUTE) return `${seconds} seconds`;
  if (seconds < HOUR) return `${step(seconds / MINUTE)} * * * *`;
  if (seconds < DAY) return `0 ${step(seconds / HOUR)} * * *`;
  return "0 0 * * *";
}

function step(count: number): string {
  return count === 1 ? "*" : `*/${count}`;
}

function withCron(problem: Problem): Problem {
  if (!problem.what.endsWith("is not an interval")) return problem;
  return {
    what: `${problem.what} and not a cron expression`,
    fix: 'Write an interval such as "5 minutes", or five cron fields such as "*/5 * * * *".',
  };
}

function uneven(every: string, seconds: number): Problem {
  const shorter = STEPS.findLast((step) => step < seconds);
  const longer = STEPS.find((step) => step > seconds);
  const near = [shorter, longer].filter((step) => step !== undefined).map((s) => `"${inWords(s)}"`);
  const cron = seconds > DAY ? ', or a cron expression such as "0 3 * * 0"' : "";
  return {
    what: `a sweep cannot run evenly every ${JSON.stringify(every)}`,
    fix: `Write ${either(near)}${cron}.`,
  };
}

function inWords(seconds: number): string {
  const [size, unit] =
    seconds < MINUTE
      ? [1, "second"]
      : seconds < HOUR
        ? [MINUTE, "minute"]
        : seconds < DAY
          ? [HOUR, "hour"]
          : [DAY, "day"];
  const count = seconds / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
