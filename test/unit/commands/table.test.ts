import { expect, it } from "vitest";
import { tableLines } from "../../../src/commands/table.ts";

const COLUMNS = [
  { head: "edge", cut: true },
  { head: "rows", right: true },
] as const;

it("stands under its heads, numbers to the right", () => {
  expect(
    tableLines(COLUMNS, [
      ["session.carts", "7"],
      ["a", "1,000"],
    ]),
  ).toEqual(["edge            rows", "session.carts      7", "a              1,000"]);
});

it("fits the terminal, whatever is in it", () => {
  const long = ["session.a_very_long_name_of_an_edge", "12"];
  expect(tableLines(COLUMNS, [long], 20)).toEqual(["edge            rows", "session.a_ver…    12"]);
  expect(tableLines(COLUMNS, [long], 3)[1]).toBe("session…    12");
});

it("cuts nothing off a terminal, and between letters of more than one unit", () => {
  expect(tableLines(COLUMNS, [["x".repeat(200), "1"]])[1]).toContain("x".repeat(200));
  expect(tableLines(COLUMNS, [["🙂".repeat(20), "1"]], 20)[1]).toBe(`${"🙂".repeat(13)}…     1`);
});
