import type { Finding } from "./finding.ts";

/** A thing that is not as it is wanted, and how `check --mend` puts it right; undefined where somebody has to think. */
export interface Difference {
  readonly finding: Finding;
  readonly repair: Repair | undefined;
}

export type Repair =
  /** Its own SQL makes it, or replaces it where it is. */
  | { readonly kind: "make" }
  /** Something goes first: itself, or what is in its place; and with it what of the lock stands on it. */
  | { readonly kind: "make anew"; readonly goes: string; readonly with: readonly string[] }
  /** Only what is said of it is said anew. */
  | { readonly kind: "comment" }
  /** SQL of its own, in its place among the lock's. */
  | { readonly kind: "run"; readonly sql: string }
  /** A trigger that is switched on, after all that it needs. */
  | { readonly kind: "enable"; readonly sql: string };

/** What goes before a thing is made anew. */
export function goingFor(repair: Repair): readonly string[] {
  return repair.kind === "make anew" ? [repair.goes, ...repair.with] : [];
}
