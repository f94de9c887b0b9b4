import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { comments, flow, scalar } from "../../../src/init/yaml.ts";

describe("a text as YAML", () => {
  it.each(["carts", "app.carts", "draftId", "user_id is not null", "30 days", "Europe/Berlin"])(
    "%s is plain",
    (text) => expect(scalar(text)).toBe(text),
  );

  it.each(["true", "null", "no", "12", "a: b", "# a", "items[].id", "", " a", "x\ny"])(
    "%j is quoted",
    (text) => expect(scalar(text)).toMatch(/^".*"$/),
  );

  it("is read back as it was, by itself and in a mapping", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(parse(`a: ${scalar(text)}`)).toEqual({ a: text });
        expect(parse(`a: ${flow([["b", text]])}`)).toEqual({ a: { b: text } });
      }),
    );
  });
});

describe("a comment", () => {
  it("is wrapped at 100 columns, each line with its margin", () => {
    const lines = comments("word ".repeat(60), "      ");
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line).toMatch(/^ {6}# .{1,92}$/);
  });

  it("ends in no other line than its own, whatever a name holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const yaml = [...comments(text, ""), "a: 1"].join("\n");
        expect(parse(yaml)).toEqual({ a: 1 });
      }),
    );
    expect(comments("a\nowners:\u2028x: 1\u001b[2J", "")).toEqual(["# a owners: x: 1?[2J"]);
  });
});
