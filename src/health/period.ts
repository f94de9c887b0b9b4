import { DAY, HOUR, MINUTE } from "../manifest/interval.ts";

/** Rows may be due for so many seconds, however often the sweep runs. */
const LEAST_LATE = 600;
/** And for so many periods of its schedule. */
const PERIODS = 5;

/** Seconds between two runs of a pg_cron schedule; undefined where they are not always as many. */
export function periodOf(schedule: string): number | undefined {
  const [, seconds] = /^(\d+) seconds?$/.exec(schedule) ?? [];
  if (seconds !== undefined) return Number(seconds);
  const [, minute, hour] = /^(\*(?:\/\d+)?|\d+) (\*(?:\/\d+)?|\d+) \* \* \*$/.exec(schedule) ?? [];
  if (minute === undefined || hour === undefined) return undefined;
  if (minute.startsWith("*")) return hour === "*" ? every(minute) * MINUTE : undefined;
  return hour.startsWith("*") ? every(hour) * HOUR : DAY;
}

function every(field: string): number {
  return Number(field.split("/")[1] ?? 1);
}

/** For how many seconds rows may be due before somebody should look: five periods, and ten minutes at least. */
export function lateAfter(job: string, runGap: number | null): number {
  const schedules = job
    .split(", ")
    .map((each) => periodOf(/: (.*?)(?: \(inactive\))?$/.exec(each)?.[1] ?? ""));
  const period = schedules.find((each) => each !== undefined) ?? runGap ?? 0;
  return Math.max(LEAST_LATE, PERIODS * period);
}

/** For how long there may be no run where no job says how often one is to be: five periods, and a day at least. */
export function unsweptAfter(runGap: number | null): number {
  return Math.max(DAY, PERIODS * (runGap ?? 0));
}
