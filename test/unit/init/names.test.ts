import { describe, expect, it } from "vitest";
import { namesTable, subjectOf, wordsOf, writtenName } from "../../../src/init/names.ts";
import { table } from "./tables.ts";

describe("a name is its words, each of one thing", () => {
  it.each([
    ["cartItems", ["cart", "item"]],
    ["cart_items", ["cart", "item"]],
    ["Draft-Boxes", ["draft", "box"]],
    ["entwürfe", ["entwürfe"]],
    ["...", []],
  ])("%s", (name, words) => expect(wordsOf(name)).toEqual(words));
});

describe("a key's name speaks of what it is the key of", () => {
  it.each([
    ["cart_id", "cart"],
    ["draftIds", "draft"],
    ["upload_uuid", "upload"],
    ["cart", "cart"],
    ["id", ""],
    ["session_key", "session"],
  ])("%s of %j", (name, subject) => expect(subjectOf(name).join(" ")).toBe(subject));
});

describe("a subject names a table", () => {
  it.each([
    ["cart", "carts", 0],
    ["cart", "shop_cart", 1],
    ["current_cart", "carts", 2],
    ["art", "carts", undefined],
    ["", "carts", undefined],
    ["cart", "cart_items", undefined],
  ])("%s and %s: %s", (subject, name, rank) =>
    expect(namesTable(wordsOf(subject), name)).toBe(rank),
  );
});

describe("a table is written as a manifest finds it", () => {
  const carts = table("carts", { id: "bigint" });

  it("bare where the search_path finds this very table", () => {
    expect(writtenName(carts, [carts])).toBe("carts");
  });

  it("with its schema where another comes first, or none is found", () => {
    const other = table("carts", { id: "bigint" }, { oid: "2", schema: "app", searchPathPlace: 2 });
    const hidden = { ...other, searchPathPlace: null };
    expect(writtenName(other, [carts, other])).toBe("app.carts");
    expect(writtenName(hidden, [hidden])).toBe("app.carts");
  });

  it("with quotes around what a dot or a quote would cut", () => {
    const odd = table('a."b', { id: "bigint" });
    expect(writtenName(odd, [odd])).toBe('public."a.""b"');
  });
});
