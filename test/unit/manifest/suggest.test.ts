import { describe, expect, it } from "vitest";
import { didYouMean } from "../../../src/manifest/suggest.ts";

describe("didYouMean", () => {
  it.each([
    ["sesion_sid", ["id", "session_sid", "user_id"], "session_sid"],
    ["tabel", ["key", "table"], "table"],
    ["onDelete", ["on_delete", "on_replace"], "on_delete"],
    ["SID", ["sid"], "sid"],
    ["cart", ["card", "carts"], "carts"],
    ["categories", ["category"], "category"],
    ["addresses", ["address"], "address"],
    ["userid", ["users", "user_id"], "user_id"],
    ["fro", ["by", "from"], "from"],
    ["cartId", ["cart_ids", "card_id"], "cart_ids"],
  ])("%s is %3$s", (word, candidates, meant) => {
    expect(didYouMean(word, candidates)).toBe(meant);
  });

  it.each([
    ["colour", ["table", "by", "from", "key"]],
    ["be", ["by"]],
    ["sid", ["sid"]],
    ["anything", []],
    ["x".repeat(100_000), ["y".repeat(100_000)]],
  ])("has nothing near %.20s", (word, candidates) => {
    expect(didYouMean(word, candidates)).toBeUndefined();
  });
});
