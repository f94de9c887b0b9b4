import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  identifier,
  lineComment,
  literal,
  qualified,
  requoted,
  textArray,
  textArrayLiteral,
} from "../../../src/sql/quote.ts";

describe("identifier", () => {
  it.each([
    ["carts", "carts"],
    ["_private", "_private"],
    ["cart_2", "cart_2"],
    ["Carts", '"Carts"'],
    ["2carts", '"2carts"'],
    ["my table", '"my table"'],
    ["cart$", '"cart$"'],
    ['say "hi"', '"say ""hi"""'],
    ["select", '"select"'],
    ["between", '"between"'],
    ["json_table", '"json_table"'],
    ["Körbe", '"Körbe"'],
    ["back\\slash", '"back\\slash"'],
    ["two\nlines", 'U&"two\\000alines"'],
    ['\\ and\t"', 'U&"\\\\ and\\0009"""'],
    ["$lastwill$", 'U&"\\0024lastwill$"'],
    ["--> statement-breakpoint", 'U&"\\002d-> statement-breakpoint"'],
  ])("writes %j as %s", (name, sql) => {
    expect(identifier(name)).toBe(sql);
  });

  it("refuses what can be no name", () => {
    expect(() => identifier("")).toThrow(RangeError);
    expect(() => identifier("a\0b")).toThrow(RangeError);
    expect(() => identifier("x".repeat(64))).toThrow(RangeError);
    expect(() => identifier("ü".repeat(32))).toThrow(RangeError);
    expect(identifier("x".repeat(63))).toBe("x".repeat(63));
  });

  it("parts a schema from its table with a dot, each quoted by itself", () => {
    expect(qualified("shop", "Carts")).toBe('shop."Carts"');
    expect(qualified("a.b", "c")).toBe('"a.b".c');
  });
});

describe("literal", () => {
  it.each([
    ["", "''"],
    ["cart", "'cart'"],
    ["it's", "'it''s'"],
    ["back\\slash", "E'back\\\\slash'"],
    ["two\nlines", "E'two\\u000alines'"],
    ["$lastwill$", "E'\\u0024lastwill$'"],
    ["$ 5 and $$", "'$ 5 and $$'"],
    ["a --> b -> c -- d", "E'a \\u002d-> b -> c -- d'"],
    ["\u2028 \u2029 \u0085 \u007f", "E'\\u2028 \\u2029 \\u0085 \\u007f'"],
  ])("writes %j as %s", (text, sql) => {
    expect(literal(text)).toBe(sql);
  });

  it("refuses a NUL, which PostgreSQL has no way to hold", () => {
    expect(() => literal("a\0b")).toThrow(RangeError);
  });
});

describe("lists of text", () => {
  it("writes an array with a type, so that an empty one has one too", () => {
    expect(textArray(["a", "it's"])).toBe("array['a', 'it''s']::text[]");
    expect(textArray([])).toBe("array[]::text[]");
  });

  it.each([
    [["a", "b-2"], "'{a,b-2}'"],
    [["a b", "null", "NULL", ""], '\'{"a b","null","NULL",""}\''],
    [['"', "\\"], 'E\'{"\\\\"","\\\\\\\\"}\''],
    [["{", ",", "it's"], '\'{"{",",","it\'\'s"}\''],
  ])("writes %j as an array literal", (values, sql) => {
    expect(textArrayLiteral(values)).toBe(sql);
  });
});

describe("lineComment", () => {
  it("puts any text on one line, trimmed", () => {
    expect(lineComment("  two\n  lines\u2028and\r\nmore ")).toBe("two lines and more");
    expect(lineComment("bell\u0007 and $lastwill$")).toBe("bell? and ?lastwill$");
  });

  it("has no mark of a migration tool, wherever it may be wrapped", () => {
    expect(lineComment("x Down  Migration, UP migration, upmigration")).toBe(
      "x Down? Migration, UP? migration, upmigration",
    );
    expect(lineComment("migrate:up x migrate:downs +goose Down")).toBe(
      "migrate?:up x migrate?:downs +?goose Down",
    );
    expect(lineComment("--> statement-breakpoint")).toBe("?-> statement-breakpoint");
  });
});

describe("requoted", () => {
  it("quotes the names of a foreign key as ours are, and leaves the rest", () => {
    expect(
      requoted('FOREIGN KEY (a, "B", "c""\n--> d") REFERENCES s."e"(f) ON DELETE SET NULL'),
    ).toBe('FOREIGN KEY (a, "B", U&"c""\\000a\\002d-> d") REFERENCES s.e(f) ON DELETE SET NULL');
  });
});

describe("whatever is quoted", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^([\n\r\t"'\\$ >-]|lastwill|-- Down Migration|a){0,12}$/),
  );

  it("stays on one line and ends no function body", () => {
    fc.assert(
      fc.property(text, (value) => {
        fc.pre(!value.includes("\0"));
        const quoted: string[] = [literal(value), lineComment(value), textArrayLiteral([value])];
        if (value !== "" && Buffer.byteLength(value) <= 63) quoted.push(identifier(value));
        for (const sql of quoted) {
          // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none of them
          expect(sql).not.toMatch(/[\u0000-\u001f\u007f\u0085\u2028\u2029]|\$lastwill|-->/);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
