import { describe, expect, it } from "vitest";
import type { OwnerInput, StoreName } from "../../../src/manifest/input.ts";
import type { OwnerDeclaration } from "../../../src/manifest/manifest.ts";
import { presetOf } from "../../../src/manifest/presets.ts";
import { readManifestValue } from "../../../src/manifest/read.ts";

function owner(store: StoreName, beside: OwnerInput = {}): OwnerDeclaration | undefined {
  const value = { owners: { session: { store, ...beside } } };
  return readManifestValue(value, "ownership.ts").manifest.owners[0];
}

const path = ["owners", "session", "store"];
const rule = {
  path,
  after: 0,
  afterText: undefined,
  zone: undefined,
  zoneAssumed: false,
  unit: undefined,
};

describe("a preset fills in table, key, expires and data", () => {
  it.each([
    {
      store: "connect-pg-simple",
      table: "session",
      key: ["sid"],
      expires: [{ ...rule, column: "expire", zone: "UTC", zoneAssumed: true }],
      data: { path, column: "sess", format: "json", formatAssumed: true },
    },
    {
      store: "rails",
      table: "sessions",
      key: ["session_id"],
      expires: [
        {
          ...rule,
          column: "updated_at",
          after: 2_592_000,
          afterText: "30 days",
          zone: "UTC",
          zoneAssumed: true,
        },
      ],
      data: { path, column: "data", format: "ruby-marshal", formatAssumed: true },
    },
    {
      store: "django",
      table: "django_session",
      key: ["session_key"],
      expires: [{ ...rule, column: "expire_date" }],
      data: { path, column: "session_data", format: "django", formatAssumed: true },
    },
    {
      store: "laravel",
      table: "sessions",
      key: ["id"],
      expires: [
        {
          ...rule,
          column: "last_activity",
          after: 7200,
          afterText: "120 minutes",
          unit: "seconds",
        },
      ],
      data: { path, column: "payload", format: "php", formatAssumed: true },
    },
    {
      store: "better-auth",
      table: "session",
      key: ["id"],
      expires: [{ ...rule, column: "expiresAt" }],
      data: undefined,
    },
    {
      store: "authjs",
      table: "sessions",
      key: ["id"],
      expires: [{ ...rule, column: "expires" }],
      data: undefined,
    },
  ] as const)("$store", ({ store, ...filled }) => {
    expect(owner(store)).toEqual({
      name: "session",
      path: ["owners", "session"],
      managed: false,
      ...filled,
      sweep: { schedule: "* * * * *", budget: 20, workers: 1, holdOver: 0.5, logDays: 30 },
      owns: [],
    });
  });
});

describe("a preset", () => {
  it("yields to what is written beside it", () => {
    const beside = { table: "app.s", key: ["id"], data: { column: "body" } };
    expect(owner("rails", beside)).toMatchObject({
      table: "app.s",
      key: ["id"],
      expires: [{ column: "updated_at" }],
      data: {
        path: ["owners", "session", "data"],
        column: "body",
        format: "json",
        formatAssumed: false,
      },
    });
  });

  it("keeps its format for its own column", () => {
    expect(owner("rails", { data: { column: "data" } })?.data).toMatchObject({
      format: "ruby-marshal",
      formatAssumed: true,
    });
    expect(owner("rails", { data: { column: "data", format: "json" } })?.data).toMatchObject({
      format: "json",
      formatAssumed: false,
    });
  });

  it("keeps interval, zone and unit for its own column, wherever that is named", () => {
    const at = ["owners", "session", "expires"];
    expect(owner("connect-pg-simple", { expires: "expire" })?.expires).toEqual([
      { ...rule, path: at, column: "expire", zone: "UTC", zoneAssumed: true },
    ]);
    const list = ["updated_at", { column: "created_at", after: "90 days" }];
    expect(owner("rails", { expires: list })?.expires).toMatchObject([
      { column: "updated_at", afterText: "30 days", zone: "UTC", zoneAssumed: true },
      { column: "created_at", afterText: "90 days", zone: undefined, zoneAssumed: false },
    ]);
    expect(owner("laravel", { expires: { column: "last_activity" } })?.expires).toMatchObject([
      { after: 7200, unit: "seconds" },
    ]);
  });

  it("assumes nothing that is declared", () => {
    const expires = { column: "updated_at", zone: "Europe/Berlin", after: "0 s" };
    expect(owner("rails", { expires })?.expires).toMatchObject([
      { zone: "Europe/Berlin", zoneAssumed: false, after: 0, afterText: "0 s" },
    ]);
  });
});

describe("presetOf", () => {
  it("has none for other words, and for the names that objects have by themselves", () => {
    expect(["redis", "constructor", ""].map(presetOf)).toEqual([undefined, undefined, undefined]);
  });
});
