import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { objectName } from "../../src/names.ts";

describe("objectName", () => {
  it("joins the parts", () => {
    expect(objectName("lastwill", "session", "carts", "fkey")).toBe("lastwill_session_carts_fkey");
  });

  it("keeps a name of 63 bytes, and cuts one of 64 to 63 with a hash", () => {
    expect(objectName("x".repeat(63))).toBe("x".repeat(63));
    const cut = objectName("x".repeat(64));
    expect(cut).toMatch(/^x{54}_[0-9a-f]{8}$/);
    expect(cut).toHaveLength(63);
  });

  it("tells apart names that are the same up to where they are cut", () => {
    const long = "a".repeat(60);
    const names = ["tie", "end", "named", "decide"].map((verb) => objectName(long, verb));
    expect(new Set(names).size).toBe(4);
  });

  it("cuts between characters, not within one", () => {
    expect(objectName("ü".repeat(40))).toMatch(/^ü{27}_[0-9a-f]{8}$/);
    expect(objectName("😀".repeat(20))).toMatch(/^(?:😀){13}_[0-9a-f]{8}$/u);
  });

  it("is never longer than PostgreSQL keeps, and always the same", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1 }), (parts) => {
        const name = objectName(...parts);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
        expect(name).toBe(objectName(...parts));
        expect(Buffer.from(name).toString()).toBe(name);
      }),
    );
  });
});
