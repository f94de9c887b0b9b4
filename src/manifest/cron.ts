import type { Problem } from "./problem.ts";

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names that stand for numbers, the first for `least`. */
  readonly words: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: "minute", least: 0, most: 59, words: [] },
  { name: "hour", least: 0, most: 23, words: [] },
  { name: "day of the month", least: 1, most: 31, words: [] },
  {
    name: "month",
    least: 1,
    most: 12,
    words: "jan feb mar apr may jun jul aug sep oct nov dec".split(" "),
  },
  { name: "day of the week", least: 0, most: 7, words: "sun mon tue wed thu fri sat".split(" ") },
];
const LAST_DAY = "$";

/** Whether a text is meant as a cron expression: five words, of which the first is no count of a unit. */
export function looksLikeCron(text: string): boolean {
  const [first = "", second = "", ...others] = text.trim().split(/\s+/);
  return others.length === 3 && !(/^\d+$/.test(first) && /^[a-z]/i.test(second));
}

/**
 * Checks the five fields of a cron expression as pg_cron reads it.
 * Gives the expression with single spaces, or the problem with it; never throws.
 */
export function parseCron(text: string): string | Problem {
  const parts = text.trim().split(/\s+/);
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] ?? "";
    const allowed = part === LAST_DAY && field.name === "day of the month";
    if (allowed || part.split(",").every((item) => isItem(item, field))) continue;
    return {
      what: `${JSON.stringify(text)} is not a cron expression: "${part}" is no ${field.name}`,
      fix: `Write ${field.least} to ${field.most}, a range, a list, or * with a step, as in "*/5 * * * *".`,
    };
  }
  return parts.join(" ");
}

/** `*`, `5`, `1-5`, and a step after `*` or a range: cron overlooks a step after a single number. */
function isItem(item: string, field: Field): boolean {
  const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
  if (!match) return false;
  const [, all, first, last, step] = match;
  if (step !== undefined && (Number(step) < 1 || (!all && last === undefined))) return false;
  if (all) return true;
  const from = numberOf(first ?? "", field);
  const to = last === undefined ? from : numberOf(last, field);
  return from !== undefined && to !== undefined && from <= to;
}

function numberOf(word: string, field: Field): number | undefined {
  const named = field.words.indexOf(word.toLowerCase());
  if (named >= 0) return named + field.least;
  const number = /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN;
  return number >= field.least && number <= field.most ? number : undefined;
}
