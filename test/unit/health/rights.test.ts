import { expect, test } from "vitest";
import { givenBack, rightsSql } from "../../../src/health/rights.ts";
import type { Thing } from "../../../src/health/thing.ts";

const OPEN = { lacking: [] };

test.each([
  ["view lastwill.owned", "public: select", "revoke select on lastwill.owned from public;"],
  [
    "view lastwill.owned",
    'public: select ("Odd one")',
    'revoke select ("Odd one") on lastwill.owned from public;',
  ],
  [
    'column lastwill.hold."Odd one"',
    "public: update",
    'revoke update ("Odd one") on lastwill.hold from public;',
  ],
  [
    "procedure lastwill.sweep(text, boolean)",
    "a: role: execute",
    'revoke execute on procedure lastwill.sweep(text, boolean) from "a: role";',
  ],
  ["schema lastwill", "app: usage", "revoke usage on schema lastwill from app;"],
])("a right on %s, %s, is SQL", (id, right, sql) => {
  expect(rightsSql(id, { ...OPEN, open: [right] })).toBe(sql);
});

test("roles get back what they had beyond what is declared, on columns that are still there", () => {
  const view = (rights: readonly string[]): Thing => ({
    id: "view lastwill.owned",
    parent: null,
    stamp: null,
    definition: null,
    enabled: "O",
    valid: true,
    rights,
    columns: ["owner text"],
  });
  const found = view([
    "public: select",
    "app: select",
    "dba: select (owner)",
    "dba: select (gone)",
    "inspector: select",
  ]);
  expect(givenBack(view(["inspector: select"]), found)).toEqual([
    "grant select on lastwill.owned to app;",
    "grant select (owner) on lastwill.owned to dba;",
  ]);
});
