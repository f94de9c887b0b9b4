import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../src/manifest/schedule.ts";

describe("parseSchedule", () => {
  it.each([
    ["1 minute", "* * * * *"],
    ["60 seconds", "* * * * *"],
    ["5 minutes", "*/5 * * * *"],
    ["30 minutes", "*/30 * * * *"],
    ["60 minutes", "0 * * * *"],
    ["1 hour", "0 * * * *"],
    ["2 hours", "0 */2 * * *"],
    ["1 day", "0 0 * * *"],
    ["24 hours", "0 0 * * *"],
    ["30 seconds", "30 seconds"],
    ["1 second", "1 seconds"],
    ["59s", "59 seconds"],
    ["* * * * *", "* * * * *"],
    [" */5  1-3,5 $ jan-mar MON ", "*/5 1-3,5 $ jan-mar MON"],
    ["0-30/10 0 1,15 * 0-7", "0-30/10 0 1,15 * 0-7"],
  ])("%j is %j", (every, schedule) => {
    expect(parseSchedule(every)).toBe(schedule);
  });

  it.each([
    ["7 minutes", 'Write "6 minutes" or "10 minutes".'],
    ["45 minutes", 'Write "30 minutes" or "1 hour".'],
    ["90 seconds", 'Write "1 minute" or "2 minutes".'],
    ["5 hours", 'Write "4 hours" or "6 hours".'],
    ["0 minutes", 'Write "1 second".'],
    ["1 week", 'Write "1 day", or a cron expression such as "0 3 * * 0".'],
    ["often", 'Write an interval such as "5 minutes", or five cron fields such as "*/5 * * * *".'],
    ["@daily", 'Write an interval such as "5 minutes", or five cron fields such as "*/5 * * * *".'],
    [
      "* * * *",
      'Write an interval such as "5 minutes", or five cron fields such as "*/5 * * * *".',
    ],
    ["1 month", 'Count the days instead: "30 days".'],
  ])("says what to write instead of %j", (every, fix) => {
    expect(parseSchedule(every)).toMatchObject({ fix });
  });

  it.each([
    ["60 * * * *", '"60" is no minute'],
    ["* 24 * * *", '"24" is no hour'],
    ["* * 0 * *", '"0" is no day of the month'],
    ["* * * 13 *", '"13" is no month'],
    ["* * * * 8", '"8" is no day of the week'],
    ["$ * * * *", '"$" is no minute'],
    ["*/0 * * * *", '"*/0" is no minute'],
    ["5/10 * * * *", '"5/10" is no minute'],
    ["30-10 * * * *", '"30-10" is no minute'],
    ["1,, * * * *", '"1,," is no minute'],
    ["* * * * funday", '"funday" is no day of the week'],
  ])("refuses %j", (every, reason) => {
    expect(parseSchedule(every)).toMatchObject({
      what: `${JSON.stringify(every)} is not a cron expression: ${reason}`,
    });
  });
});
