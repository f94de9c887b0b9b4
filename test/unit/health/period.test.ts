import { expect, test } from "vitest";
import { lateAfter, periodOf } from "../../../src/health/period.ts";

test.each([
  ["30 seconds", 30],
  ["* * * * *", 60],
  ["*/5 * * * *", 300],
  ["0 * * * *", 3600],
  ["0 */2 * * *", 7200],
  ["15 3 * * *", 86_400],
  ["0 3 * * 0", undefined],
  ["*/5 8-18 * * *", undefined],
  ["*/5 8 * * *", undefined],
] as const)(
  "%s comes every so many seconds, where that is always as many: %s",
  (schedule, seconds) => {
    expect(periodOf(schedule)).toBe(seconds);
  },
);

test("rows are late after five periods of the job, switched off or not, and never before ten minutes", () => {
  expect(lateAfter("lastwill-sweep: * * * * *", null)).toBe(600);
  expect(lateAfter("lastwill-sweep: */5 * * * * (inactive)", null)).toBe(1500);
  expect(lateAfter("a: */30 * * * *, b: */30 * * * *", 5)).toBe(9000);
});

test("without a job that says it, the longest time between two runs is the period", () => {
  expect(lateAfter("none: pg_cron is not in this database", 3600)).toBe(18_000);
  expect(lateAfter("none: pg_cron is not in this database", null)).toBe(600);
});
