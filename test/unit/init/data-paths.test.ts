import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dataPaths, parseData } from "../../../src/init/data-paths.ts";
import { parseDataPath } from "../../../src/manifest/data-path.ts";
import type { DataPath } from "../../../src/manifest/manifest.ts";

const pathsOf = (...sessions: unknown[]) =>
  Object.fromEntries(
    dataPaths(sessions.map((session) => parseData(JSON.stringify(session)))).map((place) => [
      place.path,
      Object.fromEntries(place.sessions),
    ]),
  );

describe("the places of the data", () => {
  it("are written as a manifest writes them, with how many sessions hold each value", () => {
    const session = { draftId: 7, cart: { id: "a" }, items: [{ id: 1 }, { id: 2 }, { id: 1 }] };
    expect(pathsOf(session, { draftId: 7 })).toEqual({
      draftId: { 7: 2 },
      "cart.id": { a: 1 },
      "items[].id": { 1: 1, 2: 1 },
    });
  });

  it("begin with a list where the data is one", () => {
    expect(pathsOf([{ id: 1 }])).toEqual({ "[].id": { 1: 1 } });
  });

  it("leave out what names no row: nothing, true and false, long texts, and maps of keys", () => {
    const data = { a: null, b: true, c: "", d: "x".repeat(101), e: { 17: { id: 1 } } };
    expect(pathsOf(data)).toEqual({});
  });

  it("hold numbers to their last digit", () => {
    const data = parseData('{"id": 9223372036854775807, "text": "1.0", "\\"3": -2e3}');
    expect(data).toEqual({ id: "9223372036854775807", text: "1.0", '"3': "-2e3" });
  });

  it("of what is no JSON are none", () => {
    expect(parseData("{")).toBeUndefined();
    expect(dataPaths([undefined, null, 7])).toEqual([]);
  });

  it("are bounded, however many names a session invents and however deep it is", () => {
    const wide = Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`name${n}x`, n]));
    expect(Object.keys(pathsOf(wide))).toHaveLength(400);
    const deep = JSON.parse(`${'{"a":'.repeat(50)}1${"}".repeat(50)}`);
    expect(pathsOf(deep)).toEqual({});
  });

  it("can all be read back, whatever their names, and lead to their values", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (session) => {
        for (const { path, sessions } of dataPaths([parseData(JSON.stringify(session))])) {
          const read = parseDataPath(path) as DataPath;
          expect(read.legs, path).toBeDefined();
          // What is no plain value is no key, and may be an object that cannot be written as text.
          const found = walk(session, read).filter((value) => typeof value !== "object");
          for (const value of sessions.keys()) expect(found.map(String)).toContain(value);
        }
      }),
    );
  });
});

/** What stands at a path, as the triggers find it. */
function walk(value: unknown, { legs }: DataPath): unknown[] {
  const down = (from: unknown, names: readonly string[]) =>
    names.reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], from);
  return legs.reduce<unknown[]>(
    (from, leg, index) =>
      from.flatMap((each) => {
        const at = down(each, leg);
        return index < legs.length - 1 ? (Array.isArray(at) ? at : []) : [at];
      }),
    [value],
  );
}
