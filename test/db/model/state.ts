import type { Edge } from "./edges.ts";

export type Key = string | number;

/** A row's columns but its key. Of moments the model knows only whether they are past. */
export type Row = Record<string, unknown>;

/** That an owner ties a row, by a row of a join table or by naming it, or that it has let go of it. */
export interface Tie {
  readonly edge: string;
  readonly owner: Key;
  readonly owned: number;
}

export interface Wait extends Tie {
  /** Whether the grace is over. */
  over: boolean;
}

export interface State {
  readonly tables: Record<string, Map<Key, Row>>;
  /** Every key that was ever given to an owned row. */
  readonly made: Set<string>;
  ties: Tie[];
  waits: Wait[];
  readonly archived: { table: string; id: Key; tenant: unknown }[];
  readonly letters: { edge: string; key: string; tenant: unknown }[];
}

export const TABLES = ["session", "visitor", "a", "b", "c"] as const;

export function emptyState(): State {
  return {
    tables: Object.fromEntries(TABLES.map((table) => [table, new Map()])),
    made: new Set(),
    ties: [],
    waits: [],
    archived: [],
    letters: [],
  };
}

/** Whether it is a tie by that edge, of that owner, and to that row, if one is given. */
export function is(tie: Tie, edge: Edge, owner: Key, owned: Key = tie.owned): boolean {
  return tie.edge === edge.name && tie.owner === owner && tie.owned === owned;
}
