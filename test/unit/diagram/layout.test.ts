import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagram } from "../../../src/diagram/diagram.ts";
import { type Layout, layoutOf, type PlacedBox } from "../../../src/diagram/layout.ts";
import { stack } from "../../../src/diagram/stack.ts";
import { drawn, FULL } from "./manifests.ts";

function boxOf(layout: Layout, table: string): PlacedBox {
  const found = layout.boxes.find(({ box }) => box.table === table);
  if (!found) throw new Error(`there is no box ${table}`);
  return found;
}

/** Diagrams of any shape: circles, loops, tables that nobody owns, several arrows between two. */
const diagrams: fc.Arbitrary<Diagram> = fc.integer({ min: 1, max: 8 }).chain((count) =>
  fc.record({
    boxes: fc.array(
      fc.record({
        owners: fc.array(fc.string({ maxLength: 12 }), { maxLength: 1 }),
        table: fc.string({ minLength: 1, maxLength: 60, unit: "grapheme" }),
        notes: fc.array(fc.string({ maxLength: 50 }), { maxLength: 3 }),
      }),
      { minLength: count, maxLength: count },
    ),
    arrows: fc.array(
      fc.record({
        edge: fc.string(),
        from: fc.integer({ min: 0, max: count - 1 }),
        to: fc.integer({ min: 0, max: count - 1 }),
        policy: fc.constantFrom("cascade", "set_null", "soft_delete", "archive"),
        tie: fc.string({ maxLength: 50, unit: "grapheme" }),
        notes: fc.array(fc.string({ maxLength: 50 }), { maxLength: 4 }),
      }),
      { maxLength: 14 },
    ),
  }),
);

describe("a layout", () => {
  test("has owners left, and what they own right of them", () => {
    const layout = layoutOf(drawn(FULL));
    const x = (table: string) => boxOf(layout, table).x;
    expect(x("session")).toBe(x("app.tenants"));
    expect(x("carts")).toBeGreaterThan(x("session"));
    expect(x("cart_items")).toBeGreaterThan(x("carts"));
    expect(x("drafts")).toBeGreaterThan(x("invites"));
    expect(x("invites")).toBeGreaterThan(x("app.tenants"));
  });

  test("lets an arrow of its own go straight to the only table an owner has", () => {
    const layout = layoutOf(drawn("owners: { s: { table: s, owns: [{ table: t, by: s_id }] } }"));
    const [arrow] = layout.arrows;
    const ys = [...(arrow?.path.matchAll(/[MC ](?:[\d.]+) ([\d.]+)/g) ?? [])].map(([, y]) => y);
    expect(new Set(ys).size).toBe(1);
  });

  test("keeps boxes apart and everything inside, whatever there is to draw", () => {
    fc.assert(
      fc.property(diagrams, (diagram) => {
        const { boxes, arrows, width, height } = layoutOf(diagram);
        expect(boxes.length).toBe(diagram.boxes.length);
        expect(arrows.length).toBe(diagram.arrows.length);
        for (const [at, a] of boxes.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(
            true,
          );
          for (const b of boxes.slice(at + 1)) {
            const apart =
              a.x + a.width <= b.x ||
              b.x + b.width <= a.x ||
              a.y + a.height <= b.y + 1e-6 ||
              b.y + b.height <= a.y + 1e-6;
            expect(apart).toBe(true);
          }
        }
        for (const { path, x, y } of arrows) {
          expect(path).not.toMatch(/NaN|undefined|Infinity/);
          expect(x >= 0 && x <= width && y >= 0 && y <= height).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a stack", () => {
  test("leaves things where they wish to be, as long as they do not overlap", () => {
    expect(
      stack(
        [
          { height: 10, wish: 0 },
          { height: 10, wish: 50 },
        ],
        5,
      ),
    ).toEqual([0, 50]);
  });

  test("shares out the way that things in each other's place have to go", () => {
    expect(
      stack(
        [
          { height: 10, wish: 20 },
          { height: 10, wish: 20 },
        ],
        5,
      ),
    ).toEqual([12.5, 27.5]);
  });

  test("keeps the order and the gap, whatever the wishes", () => {
    const things = fc.array(
      fc.record({
        height: fc.integer({ min: 0, max: 90 }),
        wish: fc.integer({ min: -500, max: 500 }),
      }),
    );
    fc.assert(
      fc.property(things, (given) => {
        const tops = stack(given, 7);
        for (const [at, top] of tops.entries()) {
          const before = tops[at - 1];
          const height = given[at - 1]?.height ?? 0;
          if (before !== undefined) expect(top - before - height).toBeGreaterThanOrEqual(7 - 1e-6);
        }
      }),
    );
  });
});
