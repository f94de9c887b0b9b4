import type { Row } from "./state.ts";

/** A manifest of the model's: two owners at most, and edges over the tables a, b and c. */
export interface Setup {
  /** The type of session.sess. */
  readonly data: "json" | "jsonb" | "text";
  readonly edges: readonly Edge[];
}

/** An edge, and all that the model and the schema need to know of it. */
export interface Edge {
  /** Also the name of the columns and the join table that it alone has. */
  readonly name: string;
  readonly owner: OwnerName;
  /** The name of the edge it hangs below; null where it hangs on the owner itself. */
  readonly under: string | null;
  /** The table it hangs on. */
  readonly on: string;
  readonly table: string;
  readonly tie: "column" | "polymorphic" | "through" | "path" | "list" | "pointer" | "array";
  /** How an owned row ends. Edges over one table agree on it, so that it does not matter which ends a row. */
  readonly policy: "cascade" | "set_null" | "soft_delete" | "archive";
  /** What `soft_delete` sets. */
  readonly mark: "deleted_at" | "gone";
  readonly keepWhen: boolean;
  readonly claim: boolean;
  readonly emit: boolean;
  readonly grace: boolean;
  readonly keep: boolean;
  readonly guard: boolean;
}

export type OwnerName = "session" | "visitor";

export const OWNED = ["a", "b", "c"] as const;

/** An edge of which only what matters is said. */
export function edge(
  given: Pick<Edge, "name" | "table" | "tie"> & Partial<Omit<Edge, "name" | "table" | "tie">>,
): Edge {
  const bound = given.tie === "column" || given.tie === "polymorphic";
  const owner = given.owner ?? "session";
  return {
    owner,
    under: null,
    on: owner,
    policy: "cascade",
    mark: "deleted_at",
    keepWhen: false,
    claim: false,
    emit: false,
    grace: !bound,
    keep: false,
    guard: false,
    ...given,
  };
}

/** Whether the owner names the rows. */
export function isPointing({ tie }: Edge): boolean {
  return tie === "path" || tie === "list" || tie === "pointer" || tie === "array";
}

export function isOwner(table: string): table is OwnerName {
  return table === "session" || table === "visitor";
}

export function ownersOf(setup: Setup): OwnerName[] {
  return [...new Set(["session" as const, ...setup.edges.map(({ owner }) => owner)])];
}

/** Whether a row has ended by being marked. */
export function isMarked(edge: Edge, row: Row): boolean {
  return edge.policy === "soft_delete" && row[edge.mark] === true;
}

/** The columns of an owned row that name its owner. */
export function tyingColumns({ tie, name }: Edge): string[] {
  if (tie === "column") return [name];
  return tie === "polymorphic" ? ["whose", "kind"] : [];
}

/** What stands where a row names others; undefined where it cannot be read, or where the edge is of another kind. */
export function pointerIn({ tie, name }: Edge, row: Row): unknown {
  const data = row["data"] as Row | null;
  if (tie === "pointer" || tie === "array") return row[name];
  return data === null || (tie !== "path" && tie !== "list") ? undefined : (data[name] ?? null);
}

/** The keys that it names. */
export function named(edge: Edge, row: Row): readonly number[] | undefined {
  const pointer = pointerIn(edge, row);
  return pointer === undefined ? undefined : ([pointer ?? []].flat() as number[]);
}
