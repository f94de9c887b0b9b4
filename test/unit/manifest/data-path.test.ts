import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDataPath } from "../../../src/manifest/data-path.ts";

describe("parseDataPath", () => {
  it.each([
    ["draftId", [["draftId"]]],
    ["cart.id", [["cart", "id"]]],
    ["ids[]", [["ids"], []]],
    ["uploads[].id", [["uploads"], ["id"]]],
    ["a.b[].c.d[].e", [["a", "b"], ["c", "d"], ["e"]]],
    ["rows[][].id", [["rows"], [], ["id"]]],
    ["[].id", [[], ["id"]]],
    ["[][]", [[], [], []]],
    ['"a.b".id', [["a.b", "id"]]],
    ['"x[0]"[]."say \\"hi\\""', [["x[0]"], ['say "hi"']]],
    ['""', [[""]]],
    ["first name", [["first name"]]],
    ["$ref.id", [["$ref", "id"]]],
    ["items.0", [["items", "0"]]],
    ["__proto__.id", [["__proto__", "id"]]],
  ])("reads %s", (text, legs) => {
    expect(parseDataPath(text)).toEqual({ kind: "path", text, legs });
  });

  it.each([
    ["", "the path is empty", 'Write the names down to the key, as in "cart.id".'],
    ["  ", "the path is empty", 'Write the names down to the key, as in "cart.id".'],
    ["a[0].id", '"a[0].id" takes one element of a list, not all', 'Write "a[].id".'],
    ["a[*].id", '"a[*].id" has "[*]" for "[]"', 'Write "a[].id".'],
    ["$.x", '"$.x" starts with "$"', 'Write "x".'],
    ["$.a[*].id", '"$.a[*].id" starts with "$"', 'Write "a[].id".'],
    ["$['a']['b']", `"$['a']['b']" starts with "$"`, 'Write "a.b".'],
    ["$", '"$" starts with "$"', 'Write it like "uploads[].id".'],
    [".a", '".a" has an empty name', 'Write "a".'],
    ["a.", '"a." has an empty name', 'Write "a".'],
    ["a..b", '"a..b" has an empty name', 'Write "a.b".'],
    ["a.[].id", '"a.[].id" has an empty name', 'Write "a[].id".'],
    ["a[", '"a[" cannot be read from "[" on', 'Write it like "uploads[].id".'],
    ["a[]b", '"a[]b" cannot be read from "b" on', 'Write it like "uploads[].id".'],
    ['"a', '"\\"a" cannot be read from "\\"a" on', 'Write it like "uploads[].id".'],
  ])("refuses %j", (text, what, fix) => {
    expect(parseDataPath(text)).toEqual({ what, fix });
  });

  it.each(['"\\q"', '"\\u0000"', " a", "a .b"])("refuses the name in %j", (text) => {
    expect(parseDataPath(text)).toMatchObject({
      what: expect.stringContaining("holds a name that cannot be read"),
    });
  });

  it("reads every path that is written with all names in quotes", () => {
    const name = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
    const leg = fc.array(name, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(leg, { minLength: 1, maxLength: 3 }), (legs) => {
        const text = legs.map((names) => names.map((n) => JSON.stringify(n)).join(".")).join("[].");
        expect(parseDataPath(text)).toEqual({ kind: "path", text, legs });
      }),
    );
  });

  it("never throws", () => {
    const pieces = fc.constantFrom("a", ".", "[", "]", "[]", '"', "\\", "$", "*", "0", " ", "->");
    fc.assert(fc.property(fc.array(pieces), (parts) => void parseDataPath(parts.join(""))));
  });
});
