import { type KeyType, type PolymorphicEdge, parentKey, type TableName } from "../graph.ts";
import type { Sql } from "../sql/quote.ts";

/** The slots of every statement that finds the rows of a polymorphic edge. */
export function rowSlots(edge: PolymorphicEdge): {
  owned: TableName;
  by: string;
  type_column: string;
  type: string;
} {
  return {
    owned: edge.table,
    by: edge.by.column,
    type_column: edge.typeColumn,
    type: edge.type,
  };
}

/** Whether the column holds the parent's key as a text, and the parent's own key is none. */
export function holdsText(edge: PolymorphicEdge): boolean {
  return isText(edge.by.type) && !isText(parentKey(edge).type);
}

function isText(type: KeyType): boolean {
  return type === "text" || type === "bpchar";
}

/** A parent's key as it stands in the column, from an expression. */
export function keyInColumn(edge: PolymorphicEdge, value: string): Sql {
  return (holdsText(edge) ? `${value}::text` : value) as Sql;
}

/** Parents' keys as they stand in the column, from an array. */
export function keysInColumn(edge: PolymorphicEdge, values: string): Sql {
  return (holdsText(edge) ? `${values}::text[]` : values) as Sql;
}

/**
 * The parent's key out of a column that holds it: where that is a text and the key is not, it is read
 * with care, since it may hold anything, and so that the parent's index serves.
 */
export function parentKeyOf(edge: PolymorphicEdge, value: string): Sql {
  if (!holdsText(edge)) return value as Sql;
  return `lastwill.read_${parentKey(edge).type}(pg_catalog.to_jsonb(${value}))` as Sql;
}
