import {
  type DataColumn,
  type Edge,
  edgesBelow,
  isDecided,
  type Key,
  type Owner,
  type Parent,
} from "../graph.ts";
import { objectName } from "../names.ts";

/** A table on which edges hang that need triggers there: an owner's, or that of an edge. */
export interface Trunk extends Parent {
  /** What its functions and triggers are named for: `session`, `session_carts`. */
  readonly name: string;
  readonly owner: Owner;
  /** The edge whose rows these are; undefined for the owner itself. */
  readonly edge: Edge | undefined;
  readonly data: DataColumn | undefined;
  /** The key's only column. */
  readonly only: Key;
  /** The edges that hang on it directly. */
  readonly edges: readonly Edge[];
}

/** The owner, and each of its edges, on which edges hang that a foreign key alone cannot make. */
export function trunksOf(owner: Owner): Trunk[] {
  const parents = [undefined, ...owner.edges];
  return parents.flatMap((edge) => {
    const edges = edgesBelow(owner, edge).filter(isDecided);
    const on = edges[0]?.on;
    const only = on?.key[0];
    if (!on || !only) return [];
    const name = edge ? objectName(owner.name, edge.name) : owner.name;
    return [{ ...on, name, owner, edge, only, edges, data: edge ? undefined : owner.data }];
  });
}
