import { describe, expect, it } from "vitest";
import {
  doubtful,
  isPerson,
  lastingName,
  maybeLastingName,
  mentioned,
  mostlyUnnamed,
} from "../../../src/init/mentions.ts";

const OWNED = {
  table: "drafts",
  found: 100,
  shared: 0,
  rows: 100,
  named: 100,
  referring: 0,
};

describe("what sessions merely mention is not theirs", () => {
  it.each([
    ...["users", "shop_user", "UserAccount", "products", "tenants", "audit_logs", "order"],
    ...["purchases", "sales", "donations", "reservations", "consents", "newsletter_signups"],
    ...["enrolments", "api_keys", "login_attempts", "order_items", "licenses", "paymentMethods"],
  ])("%s outlive a session by their name", (name) =>
    expect(lastingName(name)).toMatch(/outlives a session/),
  );

  it.each([
    ...["carts", "cart_items", "drafts", "user_drafts", "uploads", "message_drafts", "documents"],
    ...["checkouts", "quotes"],
  ])("%s do not", (name) => expect(lastingName(name)).toBeUndefined());

  it.each([
    ["several sessions name one row", { shared: 6 }, "several sessions name one row (6 of 100)"],
    ["many tables refer to them", { referring: 3 }, "3 tables refer to drafts"],
  ])("rows are not when %s", (_, seen, reason) =>
    expect(mentioned({ ...OWNED, ...seen })).toBe(reason),
  );

  it.each([
    ["each is named by one session", {}],
    ["a login left a few that two name", { shared: 5 }],
    ["two tables refer to them", { referring: 2 }],
  ])("they may be when %s", (_, seen) => expect(mentioned({ ...OWNED, ...seen })).toBeUndefined());
});

it.each([
  ["checkouts", /may be kept/],
  ["customer_feedback", /may be kept/],
  ["carts", undefined],
])("%s may be kept by their name, or not", (name, reason) =>
  reason
    ? expect(maybeLastingName(name)).toMatch(reason)
    : expect(maybeLastingName(name)).toBeUndefined(),
);

it.each([
  [201, /either they linger/],
  [200, undefined],
  [undefined, undefined],
])("of %s rows a hundred are named", (rows, doubt) =>
  doubt
    ? expect(mostlyUnnamed({ ...OWNED, rows })).toMatch(doubt)
    : expect(mostlyUnnamed({ ...OWNED, rows })).toBeUndefined(),
);

describe("a column that says whose a row is ends in a key", () => {
  it.each(["user_id", "userId", "account_uuid", "created_by_user_id"])("%s", (name) =>
    expect(isPerson(name)).toBe(true),
  );
  it.each(["user", "username", "user_agent", "cart_id", "id"])("not %s", (name) =>
    expect(isPerson(name)).toBe(false),
  );
});

describe("values that are too few, or miss too often, are a doubt", () => {
  it.each([
    [100, 80, undefined],
    [100, 79, "too many of the sampled values do not exist"],
    [100, 0, "none of the sampled values exists"],
    [2, 2, "too few values to be sure"],
    [3, 3, undefined],
  ])("%i sampled, %i found: %s", (sampled, found, doubt) =>
    expect(doubtful({ sampled, found })).toBe(doubt),
  );
});
