import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DbObject, Phase } from "../../../src/objects/object.ts";
import { diff, type Step } from "../../../src/plan/diff.ts";
import { sql, thing } from "./things.ts";

function words(steps: readonly Step[]): string[] {
  return steps.map(({ verb, object }) => `${verb} ${object.id}`);
}

function changed(object: DbObject): DbObject {
  return { ...object, create: [sql(`create another ${object.id};`)] };
}

describe("diff", () => {
  const table = thing("table a");
  const view = thing("view a", { needs: ["table a"] });
  const outer = thing("view b", { needs: ["view a"] });
  const fn = thing("function a", { replaces: true });

  it("makes what is new, from first to last", () => {
    expect(words(diff([], [table, view, fn]))).toEqual([
      "create table a",
      "create view a",
      "create function a",
    ]);
  });

  it("drops what is gone, from last to first", () => {
    expect(words(diff([table, view, fn], []))).toEqual([
      "drop function a",
      "drop view a",
      "drop table a",
    ]);
  });

  it("drops before it makes, for a name may be free only then", () => {
    expect(words(diff([table, fn], [thing("table c"), fn]))).toEqual([
      "drop table a",
      "create table c",
    ]);
  });

  it("replaces in place what can be, by what it is to be now", () => {
    const now = changed(fn);
    const steps = diff([table, fn], [table, now]);
    expect(words(steps)).toEqual(["create function a"]);
    expect(steps[0]?.statements).toBe(now.create);
  });

  it("drops the former and makes the new one where it cannot be replaced", () => {
    const now = { ...changed(table), drop: [sql("drop it otherwise;")] };
    const steps = diff([table], [now]);
    expect(words(steps)).toEqual(["drop table a", "create table a"]);
    expect(steps.map(({ statements }) => statements)).toEqual([table.drop, now.create]);
  });

  it("lets fall with an object all that cannot stand without it, and makes them again", () => {
    expect(words(diff([table, view, outer, fn], [changed(table), view, outer, fn]))).toEqual([
      "drop view b",
      "drop view a",
      "drop table a",
      "create table a",
      "create view a",
      "create view b",
    ]);
  });

  it("leaves what stands on a thing that is only replaced", () => {
    const user = thing("trigger a", { needs: ["function a"] });
    expect(words(diff([fn, user], [changed(fn), user]))).toEqual(["create function a"]);
  });

  it("does not mind other hazards or another way to drop", () => {
    expect(diff([table], [{ ...table, hazards: [{ text: "reads it all" }], drop: [] }])).toEqual(
      [],
    );
  });

  it.each([
    ["before", "after"],
    ["install", "install"],
    ["after", "before"],
  ] satisfies [Phase, Phase][])(
    "makes in phase %s what it drops in phase %s",
    (phase, mirrored) => {
      const object = thing("job a", { phase });
      expect(diff([], [object]).map((step) => step.phase)).toEqual([phase]);
      expect(diff([object], []).map((step) => step.phase)).toEqual([mirrored]);
    },
  );

  it("has no step for what needs no statement", () => {
    const backfill = thing("backfill of a", { drop: [] });
    expect(diff([backfill], [])).toEqual([]);
    expect(words(diff([], [backfill]))).toEqual(["create backfill of a"]);
  });

  describe("whatever the objects", () => {
    const ids = ["a", "b", "c", "d", "e", "f"];
    /** Objects in an order in which each needs only former ones. */
    const objects: fc.Arbitrary<DbObject[]> = fc
      .record({
        present: fc.uniqueArray(fc.constantFrom(...ids)),
        versions: fc.array(fc.nat(1), { minLength: 6, maxLength: 6 }),
        replaces: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        needs: fc.array(fc.nat(63), { minLength: 6, maxLength: 6 }),
      })
      .map(({ present, versions, replaces, needs }) => {
        const sorted = present.toSorted();
        return sorted.map((id, place) => {
          const index = ids.indexOf(id);
          return thing(id, {
            create: [sql(`create ${id} ${versions[index]};`)],
            replaces: replaces[index] ?? false,
            needs: sorted.filter(
              (_, other) => other < place && ((needs[index] ?? 0) >> other) % 2 === 1,
            ),
          });
        });
      });

    it("nothing is to be done from the same to the same", () => {
      fc.assert(
        fc.property(objects, (same) => {
          expect(diff(same, same)).toEqual([]);
        }),
      );
    });

    it("its steps lead from the one to the other, and none fails on the way", () => {
      fc.assert(
        fc.property(objects, objects, (before, after) => {
          const there = new Map(before.map((object) => [object.id, object]));
          for (const { verb, object } of diff(before, after)) {
            if (verb === "drop") {
              expect(there.delete(object.id)).toBe(true);
              for (const left of there.values()) expect(left.needs).not.toContain(object.id);
            } else {
              expect(
                !there.has(object.id) || object.replaces || there.get(object.id)?.replaces,
              ).toBe(true);
              for (const need of object.needs) expect([...there.keys()]).toContain(need);
              there.set(object.id, object);
            }
          }
          const texts = (all: Iterable<DbObject>) =>
            [...all].map(({ id, create }) => `${id}: ${create}`).sort();
          expect(texts(there.values())).toEqual(texts(after));
        }),
        { numRuns: 1000 },
      );
    });
  });
});
