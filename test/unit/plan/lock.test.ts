import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DbObject } from "../../../src/objects/object.ts";
import { lockPath, readLock, writeLock } from "../../../src/plan/lock.ts";
import { sql, thing } from "./things.ts";

const objects = [
  thing("table a", {
    create: [sql("create table a (\n  id bigint\n);"), sql("comment on table a is 'it''s\\n';")],
    hazards: [{ text: "takes long", size: ["public", "a"] }],
    partings: ["stays"],
    content: "a",
    locks: [{ table: sql("public.a"), create: "share row exclusive", drop: "access exclusive" }],
  }),
  thing("job a", { phase: "after", drop: [], replaces: true, needs: ["table a"] }),
];

const NOT_AS_WRITTEN =
  "a.lock.json: the lock is not as gen-migrations wrote it\n" +
  "  Restore it from version control (the side whose migrations have run), and generate again.";

describe("the lock", () => {
  it("gives back what was written", () => {
    expect(readLock(writeLock({ objects, format: "sql" }), "a.lock.json")).toEqual({
      objects,
      format: "sql",
    });
  });

  it("gives back whatever was written", () => {
    const statement = fc.string({ unit: "binary" }).map(sql);
    const object: fc.Arbitrary<DbObject> = fc.record({
      id: fc.string(),
      phase: fc.constantFrom("before", "install", "after"),
      create: fc.array(statement),
      drop: fc.array(statement),
      replaces: fc.boolean(),
      needs: fc.array(fc.string()),
      hazards: fc.array(fc.record({ text: fc.string() })),
    });
    fc.assert(
      fc.property(fc.array(object), (any) => {
        expect(readLock(writeLock({ objects: any, format: "sql" }), "a.lock.json").objects).toEqual(
          any,
        );
      }),
    );
  });

  it("is the same text for the same objects, a line of SQL to a line, with an end to the last", () => {
    const text = writeLock({ objects, format: "sql" });
    expect(writeLock(readLock(text, "a.lock.json"))).toBe(text);
    expect(text).toContain('\n          "  id bigint",\n');
    expect(text.endsWith("}\n")).toBe(true);
  });

  it.each([
    ["a statement was edited", (text: string) => text.replace("id bigint", "id integer")],
    [
      "a need was taken out",
      (text: string) => text.replace(/"needs": \[\s*"table a"\s*\]/, '"needs": []'),
    ],
    ["an object was taken out", (text: string) => text.replace(/\{\s*"id": "job a"[^}]*\}/, "")],
    ["a key was added", (text: string) => text.replace('"format"', '"more": 1, "format"')],
    ["it is of another format", (text: string) => text.replace('"format": 1', '"format": 2')],
    ["it was cut off", (text: string) => text.slice(0, 100)],
    ["it is empty", () => ""],
    ["it is some other JSON", () => "[]"],
  ])("is refused when %s", (_, tamper) => {
    const text = writeLock({ objects, format: "sql" });
    expect(tamper(text)).not.toBe(text);
    expect(() => readLock(tamper(text), "a.lock.json")).toThrow(NOT_AS_WRITTEN);
  });

  it("says so when it holds a merge conflict", () => {
    const [first = "", ...rest] = writeLock({ objects, format: "sql" }).split("\n");
    const text = [first, "<<<<<<< HEAD", ...rest, ">>>>>>> other"].join("\n");
    expect(() => readLock(text, "a.lock.json")).toThrow(
      "a.lock.json: the lock holds a merge conflict",
    );
  });

  it.each([
    ["ownership.yaml", "ownership.lock.json"],
    ["config/ownership.prod.json", "config/ownership.prod.lock.json"],
    ["./own.er/ownership", "./own.er/ownership.lock.json"],
    ["ownership.ts", "ownership.lock.json"],
  ])("of %s is %s", (manifest, lock) => {
    expect(lockPath(manifest)).toBe(lock);
  });
});
