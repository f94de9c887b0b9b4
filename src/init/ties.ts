import type { Queryable, Table } from "../catalog.ts";
import type { KeyType } from "../graph.ts";
import { keyType } from "../resolve/key.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { endsWithOthers, type Keeping, keepingOf } from "./keeping.ts";
import { nestedEdges } from "./nested-edges.ts";
import { columnOf, type SessionTable } from "./session-tables.ts";

/** Edges, and sentences about what was found and is none. */
export interface Ties {
  readonly edges: readonly FoundEdge[];
  readonly mentions: readonly string[];
}

/** The type of a session's key. */
export function keyTypeOf({ table, key }: SessionTable): KeyType {
  return keyType(columnOf(table, key)?.type ?? "") ?? "text";
}

/** What there is about the rows of a table, whatever ties them. */
export interface Rows extends Keeping {
  /** Why some of them stay: sentences. */
  readonly evidence: readonly string[];
  readonly owns: readonly FoundEdge[];
}

/**
 * What a session's rows of a table own in turn, and which of them stay.
 *
 * @param between tables that tie the two
 */
export async function rowsOfTable(
  database: Queryable,
  around: Surroundings,
  session: SessionTable | undefined,
  table: Table,
  between: readonly Table[] = [],
): Promise<Rows> {
  const above = [...(session ? [session.table] : []), table, ...between].map(({ oid }) => oid);
  const keeping = await keepingOf(database, around, table);
  const { edges, holds } = await nestedEdges(database, around, table, above);
  const conditions = [keeping.keepWhen, ...holds.map((hold) => hold.keepWhen)];
  const keepWhen = conditions.filter((each) => each !== undefined).join(" or ") || undefined;
  return {
    owns: edges,
    keepWhen,
    doubt: keeping.doubt ?? keeping.named ?? (keepWhen && endsWithOthers(table)),
    evidence: holds.map(({ words }) => words),
  };
}
