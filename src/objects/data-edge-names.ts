import type { DataEdge, Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import type { Sql } from "../sql/quote.ts";

/** What the functions of a data edge are called; all in schema lastwill. */
export interface DataEdgeNames {
  readonly link: string;
  readonly named: string;
  readonly tie: string;
  readonly release: string;
  readonly decide: string;
  readonly end: string;
  readonly sweepBatch: string;
}

/** The names of an edge's link table and functions, from owner and edge. */
export function dataEdgeNames(edge: DataEdge): DataEdgeNames {
  const name = (verb: string) => objectName(edge.owner, edge.name, verb);
  return {
    link: objectName(edge.owner, edge.name),
    named: name("named"),
    tie: name("tie"),
    release: name("release"),
    decide: name("decide"),
    end: name("end"),
    sweepBatch: name("sweep_batch"),
  };
}

/**
 * The function that lets go of rows whose owner was deleted before it expired. A pointer that moves is
 * another matter: a later row of the same statement may name the row, so it waits for the sweep at least.
 */
export function letGo(edge: DataEdge): string {
  const names = dataEdgeNames(edge);
  return edge.grace === 0 ? names.end : names.release;
}

/** What the owner hands to `named`: its decoded data, or the column that points. */
export function pointerType(edge: DataEdge): Sql {
  return (edge.pointer.kind === "path" ? "jsonb" : edge.pointer.type) as Sql;
}

/** Where the owner names the rows, for a person: `sess → uploads[].id`, `cart_id`. */
export function pointerText(edge: DataEdge, owner: Owner): string {
  return edge.pointer.kind === "column"
    ? edge.pointer.column
    : `${owner.data?.column} → ${edge.pointer.path.text}`;
}
