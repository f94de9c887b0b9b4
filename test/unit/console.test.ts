import { expect, test } from "vitest";
import { tame } from "../../src/commands/console.ts";
import { tableLines } from "../../src/commands/table.ts";
import { wrapped } from "../../src/commands/wrap.ts";

test("what a terminal would obey is shown, and not sent", () => {
  expect(tame("a\u001b]0;title\u0007\u001b[2J\u009b\r\u007f")).toBe(
    "a\\u001b]0;title\\u0007\\u001b[2J\\u009b\\u000d\\u007f",
  );
});

test("lines, tabs, colours and every script stay as they are", () => {
  const text = "line\n\ttab \u001b[31mred\u001b[39m žluťoučký 小🐎";
  expect(tame(text)).toBe(text);
});

test("JSON stays the same JSON", () => {
  const value = { key: "a\u009b\u007f\u001b" };
  expect(JSON.parse(tame(JSON.stringify(value, null, 2)))).toEqual(value);
});

test("a terminal that does not know how wide it is breaks and cuts nothing", () => {
  expect(wrapped("one two three", 0)).toEqual(["one two three"]);
  const rows = [["a long word"]];
  expect(tableLines([{ head: "head", cut: true }], rows, 0)).toEqual(
    tableLines([{ head: "head" }], rows),
  );
});
