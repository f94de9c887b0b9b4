import { describe, expect, it } from "vitest";
import { nextPrefixes } from "../../../src/format/file-name.ts";

const NOW = Date.UTC(2026, 1, 3, 4, 5, 6, 7);

describe("nextPrefixes", () => {
  it.each([
    ["an empty folder", [], ["0001", "0002"]],
    ["a folder that is numbered", ["0001_shop.sql", "0002-more.mjs"], ["0003", "0004"]],
    ["numbers with gaps and other widths", ["2_a.sql", "017_b.sql"], ["018", "019"]],
    ["files that are no migrations", ["README.md", "12 monkeys", "0005"], ["0001", "0002"]],
    ["the end of four digits", ["9998_a.sql"], ["9999", "10000"]],
    ["numbers of five digits", ["00041_a.sql"], ["00042", "00043"]],
    ["dates", ["20240102_a.sql"], ["20240103", "20240104"]],
    ["UTC seconds", ["20240102030405_a.rb"], ["20260203040506", "20260203040507"]],
    ["UTC seconds in the future", ["20271231235959_a"], ["20280101000000", "20280101000001"]],
    ["epoch seconds", ["1700000000_a.sql"], ["1770091506", "1770091507"]],
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
      "UTC seconds after milliseconds",
      ["1700000000000_a.sql", "20240102030405_b.sql"],
      ["20260203040506", "20260203040507"],
    ],
    [
      "UTC milliseconds among seconds",
      ["20240102030405006_a.sql", "20250102030405_b.sql"],
      ["20260203040506007", "20260203040506008"],
    ],
    [
      "numbers from before timestamps",
      ["0001_a.sql", "1700000000000_b.js"],
      [String(NOW), String(NOW + 1)],
    ],
  ])("goes on from %s", (_, existing, expected) => {
    expect(nextPrefixes(existing, 2, NOW)).toEqual(expected);
  });

  it.each([
    [4, ["0001", "0002"]],
    [1, ["1", "2"]],
    [14, ["20260203040506", "20260203040507"]],
  ])("begins an empty folder with as many digits as the tool has: %i", (digits, expected) => {
    expect(nextPrefixes([], 2, NOW, digits)).toEqual(expected);
    expect(nextPrefixes(["7_a.sql"], 2, NOW, digits)).toEqual(["8", "9"]);
  });

  it("gives as many as are asked for", () => {
    expect(nextPrefixes([], 0, NOW)).toEqual([]);
    expect(nextPrefixes([], 3, NOW)).toHaveLength(3);
  });
});
