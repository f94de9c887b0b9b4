import { type DataEdge, type Edge, isDataEdge, type Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { qualified, type Sql } from "../sql/quote.ts";

/** What the objects of an edge are called in schema lastwill; which of them it has is its kind's affair. */
export interface EdgeNames {
  /** The table of links. */
  readonly link: string;
  readonly named: string;
  readonly guards: string;
  readonly tie: string;
  readonly release: string;
  readonly keeps: string;
  readonly decide: string;
  readonly end: string;
  readonly sweepBatch: string;
}

/** The names of an edge's link table and functions, from owner and edge. */
export function edgeNames(edge: Edge): EdgeNames {
  const name = (verb: string) => objectName(edge.owner, edge.name, verb);
  return {
    link: objectName(edge.owner, edge.name),
    named: name("named"),
    guards: name("guards"),
    tie: name("tie"),
    release: name("release"),
    keeps: name("keeps"),
    decide: name("decide"),
    end: name("end"),
    sweepBatch: name("sweep_batch"),
  };
}

/** Ids of the tables of links that these edges have. */
export function linkTables(edges: readonly Edge[]): string[] {
  return edges
    .filter(isDataEdge)
    .map((edge) => `table ${qualified("lastwill", edgeNames(edge).link)}`);
}

/** What the parent hands to `named`: its decoded data, or the column that points. */
export function pointerType({ pointer }: DataEdge): Sql {
  return (pointer.kind === "path" || pointer.list ? "jsonb" : pointer.type) as Sql;
}

/** Where the parent names the rows, for a person: `sess → uploads[].id`, `cart_id`. */
export function pointerText({ pointer }: DataEdge, owner: Owner): string {
  return pointer.kind === "column"
    ? pointer.column
    : `${owner.data?.column} → ${pointer.path.text}`;
}
