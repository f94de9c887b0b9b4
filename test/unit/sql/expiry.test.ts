import { describe, expect, it } from "vitest";
import type { ExpiryRule } from "../../../src/graph.ts";
import { dueSql, duration, fixedInterval, momentSql, orderSql } from "../../../src/sql/expiry.ts";

const HOUR = 3600;

function rule(kind: Partial<ExpiryRule> & Pick<ExpiryRule, "kind">): ExpiryRule {
  return { column: "expire", after: 0, afterText: undefined, ...kind } as ExpiryRule;
}

describe("an expiry rule in SQL", () => {
  it.each([
    ["a timestamptz", rule({ kind: "instant" }), "r.expire <= now()", "r.expire"],
    [
      "a timestamptz with an interval",
      rule({ kind: "instant", after: 36 * HOUR, column: "Seen At" }),
      `r."Seen At" <= now() - interval '36 hours'`,
      `r."Seen At" + interval '36 hours'`,
    ],
    [
      "a timestamp in UTC",
      rule({ kind: "local", zone: "Etc/UTC" }),
      "r.expire <= (now() at time zone 'Etc/UTC')",
      "(r.expire at time zone 'Etc/UTC')",
    ],
    [
      "a timestamp in UTC with an interval",
      rule({ kind: "local", zone: "UTC", after: 90 * 60 }),
      "r.expire <= (now() at time zone 'UTC') - interval '90 minutes'",
      "(r.expire at time zone 'UTC') + interval '90 minutes'",
    ],
    [
      "a timestamp in a zone that puts its clocks back",
      rule({ kind: "local", zone: "Europe/Berlin", after: 1 }),
      "(\n  r.expire <= (now() at time zone 'Europe/Berlin') - interval '1 second' + interval '1 day'" +
        "\n  and r.expire at time zone 'Europe/Berlin' <= now() - interval '1 second'\n)",
      "(r.expire at time zone 'Europe/Berlin') + interval '1 second'",
    ],
    [
      "an epoch in seconds",
      rule({ kind: "epoch", unit: "seconds", after: HOUR }),
      "r.expire <= floor(extract(epoch from now()))::bigint - 3600",
      "case\n  when r.expire is not null then\n" +
        "    to_timestamp(least(greatest(r.expire, 0), 253402300799)) + interval '1 hour'\nend",
    ],
    [
      "an epoch in milliseconds",
      rule({ kind: "epoch", unit: "milliseconds", after: HOUR }),
      "r.expire <= floor(extract(epoch from now()) * 1000)::bigint - 3600000",
      "case\n  when r.expire is not null then\n" +
        "    to_timestamp(least(greatest(r.expire, 0), 253402300799000) / 1000.0) + interval '1 hour'\nend",
    ],
  ])("of %s leaves the column alone on its side", (_, given, due, moment) => {
    expect(dueSql([given], "r")).toBe(due);
    expect(momentSql([given], "r")).toBe(moment);
  });

  it("is never due without a rule", () => {
    expect(dueSql([], "r")).toBe("false");
    expect(momentSql([], "r")).toBe("null::timestamptz");
    expect(orderSql([], "r")).toBe("");
  });

  it("is due by the earliest of several, in brackets, for more may follow with `and`", () => {
    const rules = [rule({ kind: "instant" }), rule({ kind: "instant", column: "end" })];
    expect(dueSql(rules, "r")).toBe(`(\n  r.expire <= now()\n  or r."end" <= now()\n)`);
    expect(momentSql(rules, "r")).toBe(`least(\n  r.expire,\n  r."end"\n)`);
  });

  it("orders by the column of a single rule, whose index then serves", () => {
    const one = rule({ kind: "instant" });
    expect(orderSql([one], "r")).toBe("order by r.expire");
    expect(orderSql([one, one], "r")).toBe("");
  });
});

describe("lengths of time", () => {
  it.each([
    [0, "0 seconds", "interval '0 hours'"],
    [1, "1 second", "interval '1 second'"],
    [60, "1 minute", "interval '1 minute'"],
    [61, "61 seconds", "interval '61 seconds'"],
    [HOUR, "1 hour", "interval '1 hour'"],
    [90 * 60, "90 minutes", "interval '90 minutes'"],
    [24 * HOUR, "1 day", "interval '24 hours'"],
    [14 * 24 * HOUR, "14 days", "interval '336 hours'"],
  ])("%i seconds read %s, and count without days", (seconds, words, interval) => {
    expect(duration(seconds)).toBe(words);
    expect(fixedInterval(seconds)).toBe(interval);
  });
});
