import type { Fault, ManifestSource, Path } from "../faults.ts";

/** A manifest as plain values, with what was wrong in reading them. */
export interface Reading {
  readonly value: unknown;
  readonly faults: readonly Fault[];
  readonly source: ManifestSource;
}

/** Deeper than any manifest: what is nested further refers to itself, or was made by a machine. */
export const DEEPEST = 100;
/** More values than any manifest has: short aliases can stand for billions. */
export const MOST_VALUES = 50_000;

/** A key that JavaScript's objects cannot be trusted to hold, so nothing may be called so. */
export const UNUSABLE_KEY = "__proto__";

/** The fault of a thing called `__proto__`, at the key. */
export function unusableKey(parent: Path): Fault {
  return {
    path: [...parent, UNUSABLE_KEY],
    on: "key",
    what: `nothing can be called "${UNUSABLE_KEY}"`,
    fix: "Choose another name.",
  };
}

/** The fault of a text with a NUL, which neither names nor texts in PostgreSQL can hold. */
export function holdsNul(path: Path, on: Fault["on"]): Fault {
  return {
    path,
    on,
    what: "there is a NUL character in the text",
    fix: "Remove it: PostgreSQL has no name and no text with one.",
  };
}

/** The fault of values nested beyond reason. */
export function tooDeep(path: Path): Fault {
  return {
    path,
    on: "value",
    what: `values are nested more than ${DEEPEST} deep`,
    fix: "Remove what refers to itself, or is nested by mistake.",
  };
}

/** The fault of more values than a manifest can have. */
export function tooMany(path: Path): Fault {
  return {
    path,
    on: "value",
    what: `the manifest has more than ${MOST_VALUES} values`,
    fix: "Remove what was repeated by mistake.",
  };
}
