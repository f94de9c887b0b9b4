import { expect, test } from "vitest";
import { type Compared, compareThings } from "../../../src/health/compare.ts";
import { printedId } from "../../../src/health/printed-id.ts";
import type { Thing } from "../../../src/health/thing.ts";

const thing = (id: string, more: Partial<Thing> = {}): Thing => ({
  id,
  parent: null,
  stamp: "0123456789ab",
  definition: "as declared",
  enabled: "O",
  valid: true,
  rights: [],
  columns: null,
  ...more,
});
const compare = (compared: Omit<Compared, "standsOn">) =>
  compareThings({ ...compared, standsOn: new Map() }).map(({ finding }) => finding);
const schema = thing("schema lastwill");

test("a definition may be worded as a dump and a restore word it", () => {
  const wanted = { ...thing("view lastwill.owned"), alsoWorded: "as restored" };
  const worded = (definition: string) =>
    compare({
      wanted: [schema, wanted],
      found: [schema, thing(wanted.id, { definition })],
      failed: new Map(),
    });
  expect(worded("as declared")).toEqual([]);
  expect(worded("as restored")).toEqual([]);
  expect(worded("another")).toMatchObject([{ state: "tampered", object: wanted.id }]);
});

test("a comment that was left out by a dump is no fault, and one of another generation is", () => {
  const wanted = [schema, thing("view lastwill.owned")];
  const stamped = (stamp: string | null) =>
    compare({
      wanted,
      found: [schema, thing("view lastwill.owned", { stamp })],
      failed: new Map(),
    });
  expect(stamped(null)).toEqual([]);
  expect(stamped("ba9876543210")).toMatchObject([{ state: "outdated" }]);
});

test("what does not run any more is said once, and what there is of it is not extra", () => {
  const found = [
    schema,
    thing("table lastwill.a"),
    thing("column lastwill.a.b", { parent: "table lastwill.a" }),
  ];
  const failed = new Map([["table lastwill.a", "no such type"]]);
  expect(compare({ wanted: [schema], found, failed })).toMatchObject([
    {
      state: "outdated",
      object: "table lastwill.a",
      what: expect.stringContaining("no such type"),
    },
  ]);
});

test("what is extra is dropped in the words that fit it", () => {
  const found = [
    schema,
    thing("foreign key odd on public.carts"),
    thing("index public.odd"),
    thing('column lastwill.hold."Odd one"', { stamp: null, parent: "table lastwill.hold" }),
    thing("trigger odd on public.carts"),
    thing("trigger lastwill_theirs on public.carts", { stamp: null }),
  ];
  const wanted = [schema];
  const drops = compare({ wanted, found, failed: new Map() }).map(({ mend }) =>
    mend.replace(/.*do not need it: /, ""),
  );
  expect(drops).toEqual([
    "alter table public.carts drop constraint odd;",
    "drop index concurrently public.odd;",
    "drop trigger odd on public.carts;",
    'alter table lastwill.hold drop column "Odd one";',
  ]);
});

test("an id is printed as PostgreSQL prints it", () => {
  expect(printedId("function lastwill.x(timestamptz, bpchar[])")).toBe(
    "function lastwill.x(timestamp with time zone, character[])",
  );
  expect(printedId(String.raw`trigger U&"a\000ab\\c" on public.t`)).toBe(
    'trigger "a\nb\\c" on public.t',
  );
  expect(printedId("table lastwill.bpchar")).toBe("table lastwill.bpchar");
});
