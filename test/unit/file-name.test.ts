import { describe, expect, it } from "vitest";
import { nextPrefixes } from "../../src/format/file-name.ts";

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6, 7);

describe("nextPrefixes", () => {
  it.each([
    ["an empty folder", [], ["0001", "0002"]],
    ["a folder that is numbered", ["0001_shop.sql", "0002-more.mjs"], ["0003", "0004"]],
    ["numbers with gaps and other widths", ["2_a.sql", "017_b.sql"], ["0018", "0019"]],
    ["files that are no migrations", ["README.md", "12 monkeys", "0005"], ["0001", "0002"]],
    ["the end of four digits", ["9998_a.sql"], ["9999", "10000"]],
    ["epoch milliseconds", ["1700000000000_a.js"], [String(NOW), String(NOW + 1)]],
    ["UTC timestamps", ["20240102030405006_a.js"], ["20260203040506007", "20260203040506008"]],
    [
      "UTC timestamps in the future",
      ["20271231235959999_a.js"],
      ["20280101000000000", "20280101000000001"],
    ],
    ["milliseconds in the future", ["9999999999998_a.js"], ["9999999999999", "10000000000000"]],
    [
      "both kinds of timestamp",
      ["20240102030405006_a.js", "1700000000000_b.js"],
      [String(NOW), String(NOW + 1)],
    ],
    [
      "numbers from before timestamps",
      ["0001_a.sql", "1700000000000_b.js"],
      [String(NOW), String(NOW + 1)],
    ],
  ])("goes on from %s", (_, existing, expected) => {
    expect(nextPrefixes(existing, 2, NOW)).toEqual(expected);
  });

  it("gives as many as are asked for", () => {
    expect(nextPrefixes([], 0, NOW)).toEqual([]);
    expect(nextPrefixes([], 3, NOW)).toHaveLength(3);
  });
});
