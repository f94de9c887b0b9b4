import { describe, expect, it } from "vitest";
import { parseInterval } from "../../../src/manifest/interval.ts";

describe("parseInterval", () => {
  it.each([
    ["0 seconds", 0],
    ["1 second", 1],
    ["45s", 45],
    ["10 minutes", 600],
    ["10 min", 600],
    ["5m", 300],
    ["1 hour 30 minutes", 5400],
    ["1h30m", 5400],
    ["  2   Hours ", 7200],
    ["30 days", 2_592_000],
    ["2 weeks 1 d", 1_296_000],
    ["00:10:00", 600],
    ["1 day 12:00:30", 129_630],
  ])("reads %j", (text, seconds) => {
    expect(parseInterval(text)).toBe(seconds);
  });

  it.each([
    ["", '"" is not an interval'],
    ["soon", '"soon" is not an interval'],
    ["10 minutes ago, or so", '"10 minutes ago, or so" is not an interval'],
    ["10:30", '"10:30" is not an interval'],
    ["00:61:00", '"00:61:00" is not an interval'],
    ["10", '"10" has no unit'],
    ["5 minutes 30", '"5 minutes 30" has no unit'],
    ["1.5 hours", '"1.5 hours" holds a fraction'],
    ["1,5 hours", '"1,5 hours" holds a fraction'],
    ["-5 minutes", '"-5 minutes" is negative'],
    ["1 day -2 hours", '"1 day -2 hours" is negative'],
    ["5 minutes 5 minutes", '"5 minutes 5 minutes" counts the same unit twice'],
    ["1 hour 00:10:00", '"1 hour 00:10:00" counts the same unit twice'],
    ["5 fortnights", '"5 fortnights" has an unknown unit "fortnights"'],
    [
      "99999999999999999999999 days",
      '"99999999999999999999999 days" is longer than a thousand years',
    ],
  ])("refuses %j", (text, what) => {
    expect(parseInterval(text)).toMatchObject({ what });
  });

  it.each([
    ["3 months", 'Count the days instead: "90 days".'],
    ["1 year", 'Count the days instead: "365 days".'],
    ["5 minuts", 'Did you mean "minutes"?'],
    ["5 hurs", 'Did you mean "hours"?'],
  ])("says what to write instead of %j", (text, fix) => {
    expect(parseInterval(text)).toMatchObject({ fix });
  });
});
