import type { Edge } from "../graph.ts";
import type { Sql } from "../sql/quote.ts";
import { field } from "./source.ts";

/** What names a row behind `row`, as text; a key of several columns as PostgreSQL prints a row: `(7,2)`. */
export function keyText(edge: Edge, row: string): Sql {
  return columnsText(edge.display, row);
}

/** Columns of one row as one text. */
export function columnsText(columns: readonly string[], row: string): Sql {
  const values = columns.map((column) => field(row, column));
  return (values.length === 1 ? `${values[0]}::text` : `row(${values.join(", ")})::text`) as Sql;
}
