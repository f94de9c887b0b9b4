import { describe, expect, it } from "vitest";
import type { OwnerInput } from "../../../src/manifest/input.ts";
import type { OwnerDeclaration } from "../../../src/manifest/manifest.ts";
import { presetOf } from "../../../src/manifest/presets.ts";
import { readManifestValue } from "../../../src/manifest/read.ts";

function session(beside: OwnerInput): OwnerDeclaration | undefined {
  const value = { owners: { session: { store: "connect-pg-simple", ...beside } } };
  return readManifestValue(value, "ownership.ts").manifest.owners[0];
}

const rule = { after: 0, afterText: undefined, unit: undefined };

describe("the preset connect-pg-simple", () => {
  it("fills in table, key, expires and data", () => {
    const path = ["owners", "session", "store"];
    expect(session({})).toEqual({
      name: "session",
      path: ["owners", "session"],
      table: "session",
      key: "sid",
      expires: [{ ...rule, path, column: "expire", zone: "UTC", zoneAssumed: true }],
      data: { path, column: "sess", format: "json" },
      sweep: { schedule: "* * * * *", budget: 20, logDays: 30 },
      owns: [],
    });
  });

  it("yields to what is written beside it", () => {
    expect(session({ table: "app.s", key: ["id"], data: { column: "body" } })).toMatchObject({
      table: "app.s",
      key: "id",
      expires: [{ column: "expire" }],
      data: { path: ["owners", "session", "data"], column: "body", format: "json" },
    });
  });

  it("keeps its zone for its own column, wherever that is named", () => {
    expect(session({ expires: "expire" })?.expires).toEqual([
      {
        ...rule,
        path: ["owners", "session", "expires"],
        column: "expire",
        zone: "UTC",
        zoneAssumed: true,
      },
    ]);
    const list = [{ column: "expire", after: "1 day" }, "seen_at"];
    expect(session({ expires: list })?.expires).toMatchObject([
      { column: "expire", after: 86_400, afterText: "1 day", zone: "UTC", zoneAssumed: true },
      { column: "seen_at", zone: undefined, zoneAssumed: false },
    ]);
  });

  it("assumes no zone where one is declared", () => {
    const expires = { column: "expire", zone: "Europe/Berlin" };
    expect(session({ expires })?.expires).toMatchObject([
      { zone: "Europe/Berlin", zoneAssumed: false },
    ]);
  });
});

describe("presetOf", () => {
  it("has none for other stores, and for the names that objects have by themselves", () => {
    expect(["rails", "constructor", ""].map(presetOf)).toEqual([undefined, undefined, undefined]);
  });
});
