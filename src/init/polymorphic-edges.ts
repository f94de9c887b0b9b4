import type { Queryable } from "../catalog.ts";
import { existing, type Surroundings, valuesOf } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { lastingName } from "./mentions.ts";
import { writtenName } from "./names.ts";
import { isTypeOf, type PolymorphicPair, polymorphicPairs } from "./references.ts";
import type { SessionTable } from "./session-tables.ts";
import { keyTypeOf, type Rows, rowsOfTable, type Ties } from "./ties.ts";

/** The rows that hold a session's key, and say in another column that it is one. */
export async function polymorphicEdges(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
): Promise<Ties> {
  const edges: FoundEdge[] = [];
  const mentions: string[] = [];
  for (const pair of polymorphicPairs(around.tables)) {
    const { table, column, type } = pair;
    if (table.oid === session.table.oid) continue;
    const part = around.part.get(table.oid);
    const types = await valuesOf(database, { table, column: type.name, part });
    for (const value of [...types.keys()].filter((each) => isTypeOf(each, session.table))) {
      const only = { column: type.name, value };
      const values = await valuesOf(database, { table, column: column.name, part, type: only });
      const keys = [...values.keys()];
      const found =
        (await existing(database, session.table, session.key, keyTypeOf(session), keys)) ?? 0;
      const words =
        `${table.name}: where ${type.name} is ${value}, ${found} of ${keys.length} sampled values ` +
        `of ${column.name} exist in ${session.table.name}.${session.key}`;
      const reason = lastingName(table.name);
      if (reason !== undefined) mentions.push(`${words}; ${reason}`);
      else {
        const rows = await rowsOfTable(database, around, session, table);
        edges.push(edgeOf(around, rows, pair, value, found, words));
      }
    }
  }
  return { edges, mentions };
}

function edgeOf(
  around: Surroundings,
  { keepWhen, doubt, evidence, owns }: Rows,
  { table, column, type }: PolymorphicPair,
  value: string,
  found: number,
  words: string,
): FoundEdge {
  return {
    table,
    written: writtenName(table, around.relations),
    tie: { kind: "polymorphic", column: column.name, typeColumn: type.name, type: value },
    keepWhen,
    evidence: [words, ...evidence],
    doubt: found === 0 ? "none of the sampled values exists" : doubt,
    owns,
  };
}
