import type { Table } from "../catalog.ts";
import type { KeyType } from "../graph.ts";
import { keyType } from "../resolve/key.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { nestedEdges } from "./nested-edges.ts";
import { columnOf, type SessionTable, singlePrimaryKey } from "./session-tables.ts";

/** Edges, and sentences about what was found and is none. */
export interface Ties {
  readonly edges: readonly FoundEdge[];
  readonly mentions: readonly string[];
}

/** The type of a session's key. */
export function keyTypeOf({ table, key }: SessionTable): KeyType {
  return keyType(columnOf(table, key)?.type ?? "") ?? "text";
}

/** What a session's rows of a table own in turn; `between` are tables that tie the two. */
export function owns(
  around: Surroundings,
  session: SessionTable,
  table: Table,
  between: readonly Table[] = [],
): FoundEdge[] {
  const above = [session.table, table, ...between].map(({ oid }) => oid);
  return nestedEdges(table, singlePrimaryKey(table), around, above);
}
