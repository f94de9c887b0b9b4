import { describe, expect, it } from "vitest";
import { expiryOf, type Moments } from "../../../src/init/expiry.ts";
import { type SessionTable, sessionTable } from "../../../src/init/session-tables.ts";
import { table, unique } from "./tables.ts";

const LOCAL = "timestamp without time zone";

const express = sessionTable(
  table("session", { sid: "text", sess: "json", expire: LOCAL }),
) as SessionTable;
const rails = sessionTable(
  table(
    "sessions",
    { id: "bigint", session_id: "text", data: "text", created_at: LOCAL, updated_at: LOCAL },
    { indexes: [unique("id", true), unique("session_id")] },
  ),
) as SessionTable;

const BERLIN: Moments = {
  timeZone: "Europe/Berlin",
  newest: undefined,
  cookies: { all: 0, utc: 0, here: 0 },
  largest: undefined,
};

describe("the zone of an expiry without one", () => {
  it("is UTC without a word in a database that is in UTC itself", () => {
    expect(expiryOf(express, { ...BERLIN, timeZone: "UTC" })).toEqual({
      yaml: undefined,
      evidence: "expire has no time zone: it is read as UTC, which is this database's TimeZone too",
    });
  });

  it.each([
    ["UTC", { all: 10, utc: 9, here: 0 }],
    ["Europe/Berlin", { all: 10, utc: 1, here: 8 }],
  ])("is %s when most cookies say so", (zone, cookies) => {
    const { yaml } = expiryOf(express, { ...BERLIN, cookies });
    expect(yaml).toBe(`{ column: expire, zone: ${zone} }`);
  });

  it.each([
    ["the cookies speak for both", { cookies: { all: 10, utc: 5, here: 5 } }],
    ["there is no row", {}],
    ["an end may lie in the future either way", { newest: { utc: 7200, here: 3600 } }],
  ])("is not decided when %s", (_, moments) => {
    const { yaml, evidence } = expiryOf(express, { ...BERLIN, ...moments });
    expect(yaml).toBeUndefined();
    expect(evidence).toContain("UTC is assumed");
  });

  it.each([
    ["Europe/Berlin", { utc: 3600, here: 0 }],
    ["UTC", { utc: -5, here: 18_000 }],
  ])("is %s when in the other a row was last used in the future", (zone, newest) => {
    const { yaml } = expiryOf(rails, { ...BERLIN, newest });
    expect(yaml).toBe(`{ column: updated_at, after: 30 days, zone: ${zone} }`);
  });

  it("is this database's when read as UTC every session has ended, and so is none", () => {
    const york = { ...BERLIN, timeZone: "America/New_York", newest: { utc: -14_400, here: 3600 } };
    const { yaml, evidence } = expiryOf(express, york);
    expect(yaml).toBe("{ column: expire, zone: America/New_York }");
    expect(evidence).toContain("make sure");
  });

  it("has to be written where no store assumes any", () => {
    const plain = sessionTable(table("my_session", { id: "text", expires_at: LOCAL }));
    expect(expiryOf(plain as SessionTable, BERLIN).yaml).toBe("{ column: expires_at, zone: UTC }");
  });
});

describe("the unit of a number", () => {
  const session = sessionTable(table("my_session", { id: "text", expires: "bigint" }));

  it.each([
    [1_700_000_000, "seconds"],
    [1_700_000_000_000, "milliseconds"],
    [undefined, "seconds"],
  ])("of %s is %s", (largest, unit) => {
    const { yaml } = expiryOf(session as SessionTable, { ...BERLIN, largest });
    expect(yaml).toBe(`{ column: expires, unit: ${unit} }`);
  });
});
