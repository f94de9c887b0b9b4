import type { Policy } from "./policies.ts";
import { TIES } from "./ties.ts";
import type { Kind } from "./world.ts";

const keep = { keep_when: "kept", claim: "user_no" };

const MARKS = { on_delete: { soft_delete: "deleted_at" } };

/** Edges that hang on the owner itself. */
const ALONE: readonly Kind[] = [
  { name: "a column", top: TIES.column, grace: false },
  { name: "several columns", top: TIES.several, grace: false },
  { name: "a column with a grace", top: TIES.column, keys: { grace: "10 minutes" }, grace: true },
  { name: "a column with keep_when", top: TIES.column, keys: keep, grace: false },
  { name: "a polymorphic column", top: TIES.polymorphic, grace: false },
  { name: "a polymorphic text for a bigint key", top: TIES.polymorphicText, grace: false },
  {
    name: "a polymorphic column with a grace",
    top: TIES.polymorphic,
    keys: { grace: "10 minutes" },
    grace: true,
  },
  { name: "a polymorphic column with keep_when", top: TIES.polymorphic, keys: keep, grace: false },
  { name: "a table between", top: TIES.through, grace: true },
  { name: "a table between, without a grace", top: TIES.through, keys: { grace: 0 }, grace: false },
  { name: "a table between, with keep_when", top: TIES.through, keys: keep, grace: true },
  { name: "a path in the data", top: TIES.path, grace: true },
  { name: "a path, without a grace", top: TIES.path, keys: { grace: 0 }, grace: false },
  { name: "a path, with keep_when", top: TIES.path, keys: keep, grace: true },
  { name: "a list in the data", top: TIES.list, grace: true },
  { name: "a column of the owner", top: TIES.pointer, grace: true },
  { name: "an array of the owner", top: TIES.array, grace: true },
];

const TOPS = {
  column: TIES.column,
  polymorphic: TIES.polymorphic,
  through: TIES.through,
  path: TIES.path,
};
const BELOWS = {
  column: TIES.column,
  polymorphic: TIES.polymorphic,
  through: TIES.through,
  pointer: TIES.pointer,
};

const NESTED: readonly Kind[] = Object.entries(TOPS).flatMap(([topName, top]) =>
  Object.entries(BELOWS).map(([belowName, below]) => ({
    name: `${belowName} below ${topName}`,
    top,
    below,
    grace: top.kind === "through" || top.kind === "data",
  })),
);

/** What hangs on a row that ends and stays, stays. */
const BELOW_MARKED: readonly Kind[] = (["column", "pointer"] as const).map((below) => ({
  name: `${below} below a column with soft_delete`,
  top: TIES.column,
  keys: MARKS,
  below: TIES[below],
  grace: false,
}));

export const KINDS: readonly Kind[] = [...ALONE, ...NESTED, ...BELOW_MARKED];

/** Rows that two edges tie. The grace is that of a row of which both ties went at once. */
export const SHARED: readonly Kind[] = [
  {
    name: "two names in the data of one owner",
    top: TIES.path,
    second: { tie: TIES.otherPath, owner: "same" },
    grace: true,
  },
  {
    name: "columns for two owners",
    top: TIES.column,
    second: { tie: TIES.column, owner: "other" },
    grace: false,
  },
  {
    name: "a column for one owner, the data of another",
    top: TIES.column,
    second: { tie: TIES.list, owner: "other" },
    grace: true,
  },
];

/** What generation refuses is listed in its own test; the rest of the product is tried. */
export function isPossible({ top, below, second, keys, grace }: Kind, { name }: Policy): boolean {
  const tie = below ?? top;
  if (tie === TIES.several) return name !== "times" && name !== "flags";
  if (name !== "nulls") return true;
  const ties = second ? [tie, second.tie] : [tie];
  const isBy = ties.every(({ kind }) => kind === "column" || kind === "polymorphic");
  return isBy && (below !== undefined || keys === undefined) && (below !== undefined || !grace);
}
