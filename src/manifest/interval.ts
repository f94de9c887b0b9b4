import { isProblem, type Problem } from "./problem.ts";
import { didYouMean } from "./suggest.ts";

export const MINUTE = 60;
export const HOUR: number = 60 * MINUTE;
export const DAY: number = 24 * HOUR;
/** A thousand years: what goes beyond is a slip, and might leave the range of a timestamp. */
const LONGEST = 365_000 * DAY;

const SECONDS: ReadonlyMap<string, number> = units([
  [1, "seconds second secs sec s"],
  [MINUTE, "minutes minute mins min m"],
  [HOUR, "hours hour hrs hr h"],
  [DAY, "days day d"],
  [7 * DAY, "weeks week w"],
]);
/** What has no fixed length, and the days to write in its place. */
const DAYS_INSTEAD: ReadonlyMap<string, number> = units([
  [30, "months month mons mon"],
  [365, "years year yrs yr y"],
]);

function units(table: readonly (readonly [number, string])[]): ReadonlyMap<string, number> {
  return new Map(table.flatMap(([size, names]) => names.split(" ").map((name) => [name, size])));
}

const PART = /\s*(?:(\d+):([0-5]\d):([0-5]\d)|(\d+)\s*([a-z]*))\s*/gy;

/**
 * Reads an interval of fixed length: `10 minutes`, `1 hour 30 minutes`, `1h30m`, `00:10:00`.
 * Gives its seconds, or the problem with it; never throws.
 */
export function parseInterval(text: string): number | Problem {
  const words = text.toLowerCase();
  if (/^\s*-|\s-\s*\d/.test(words)) return negative(text);
  if (/\d[.,]\d/.test(words)) return fraction(text);
  const parts = [...words.matchAll(PART)];
  const read = parts.reduce((length, part) => length + part[0].length, 0);
  if (parts.length === 0 || read < words.length) return notAnInterval(text);

  let total = 0;
  const seen = new Set<number>();
  for (const part of parts) {
    const unit = sizeOf(text, part);
    if (isProblem(unit)) return unit;
    if (seen.has(unit)) return twice(text);
    seen.add(unit);
    total += secondsOf(part, unit);
  }
  return total > LONGEST ? tooLong(text) : total;
}

/** The seconds of one unit; a clock's part counts as hours, so that hours cannot be given beside it. */
function sizeOf(text: string, part: RegExpExecArray): number | Problem {
  const [, clock, , , count, unit] = part;
  if (clock !== undefined) return HOUR;
  if (!unit) return noUnit(text);
  const days = DAYS_INSTEAD.get(unit);
  if (days !== undefined) return noFixedLength(text, Number(count) * days);
  return SECONDS.get(unit) ?? unknownUnit(text, unit);
}

function secondsOf(part: RegExpExecArray, unit: number): number {
  const [, hours, minutes, seconds, count] = part;
  if (hours === undefined) return Number(count) * unit;
  return Number(hours) * HOUR + Number(minutes) * MINUTE + Number(seconds);
}

/** The problem of a number, or a text, without its unit. */
export function noUnit(value: string | number): Problem {
  return {
    what: `${JSON.stringify(value)} has no unit`,
    fix: 'Write each number with its unit, as in "10 minutes".',
  };
}

function notAnInterval(text: string): Problem {
  return {
    what: `${JSON.stringify(text)} is not an interval`,
    fix: 'Write numbers with seconds, minutes, hours, days or weeks, as in "1 hour 30 minutes".',
  };
}

function unknownUnit(text: string, unit: string): Problem {
  const near = didYouMean(
    unit,
    [...SECONDS.keys()].filter((name) => name.length > 3),
  );
  const fix = near ? `Did you mean "${near}"?` : "Write seconds, minutes, hours, days or weeks.";
  return { what: `${JSON.stringify(text)} has an unknown unit "${unit}"`, fix };
}

function noFixedLength(text: string, days: number): Problem {
  return {
    what: `${JSON.stringify(text)} counts in months or years, which have no fixed length`,
    fix: `Count the days instead: "${days} days".`,
  };
}

function negative(text: string): Problem {
  return {
    what: `${JSON.stringify(text)} is negative`,
    fix: 'Write an interval of zero or more, as in "10 minutes".',
  };
}

function fraction(text: string): Problem {
  return {
    what: `${JSON.stringify(text)} holds a fraction`,
    fix: 'Write whole numbers, if need be of a smaller unit: "90 minutes", not "1.5 hours".',
  };
}

function twice(text: string): Problem {
  return {
    what: `${JSON.stringify(text)} counts the same unit twice`,
    fix: "Add the two up.",
  };
}

function tooLong(text: string): Problem {
  return {
    what: `${JSON.stringify(text)} is longer than a thousand years`,
    fix: "Write a shorter interval; leave it out where nothing is meant to end.",
  };
}
