import { expect, test } from "vitest";
import { wrapped } from "../../../src/commands/wrap.ts";

test("a line is broken at blanks, and what follows is indented deeper", () => {
  expect(wrapped("  owned by session abcd…, until noon", 20)).toEqual([
    "  owned by session",
    "    abcd…, until",
    "    noon",
  ]);
});

test("a line that fits, a word that is too long, and a line off a terminal stay whole", () => {
  expect(wrapped("  it fits", 80)).toEqual(["  it fits"]);
  expect(wrapped("  immeasurably long", 6)).toEqual(["  immeasurably", "    long"]);
  expect(wrapped(`  ${"a ".repeat(99)}a`)).toEqual([`  ${"a ".repeat(99)}a`]);
});
