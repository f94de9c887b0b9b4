import type { Queryable } from "../catalog.ts";
import { existing, lingers, type Surroundings, valuesOf } from "./ask.ts";
import { type FoundEdge, isInTheWay } from "./findings.ts";
import { type ColumnEvidence, judgeColumn } from "./judge-column.ts";
import { shownName, writtenName } from "./names.ts";
import { polymorphicEdges } from "./polymorphic-edges.ts";
import { joinOf, type Reference, referencesTo, rivalsOf } from "./references.ts";
import type { SessionTable } from "./session-tables.ts";
import { throughEdge } from "./through-edge.ts";
import { keyTypeOf, rowsOfTable, type Ties } from "./ties.ts";

/** The rows that hold a session's key, by a column or in a table between the two. */
export async function columnEdges(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
): Promise<Ties> {
  const ties: Ties[] = [];
  for (const reference of referencesTo(session, around.tables)) {
    const evidence = await evidenceOf(database, around, session, reference);
    const join = joinOf(reference, session.table, around.tables);
    const through = join && (await throughEdge(database, around, session, join, evidence));
    if (through) ties.push(through);
    if (!through?.edges.length) ties.push(await byEdge(database, around, evidence));
  }
  ties.push(await polymorphicEdges(database, around, session));
  return {
    edges: ties.flatMap(({ edges }) => edges),
    mentions: ties.flatMap(({ mentions }) => mentions),
  };
}

async function evidenceOf(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  { table, column, foreignKey }: Reference,
): Promise<ColumnEvidence> {
  const part = around.part.get(table.oid);
  const values = [...(await valuesOf(database, { table, column: column.name, part })).keys()];
  const type = keyTypeOf(session);
  const found = await existing(database, session.table, session.key, type, values);
  const isMissing = found !== undefined && found < values.length;
  const lingering =
    isMissing || foreignKey?.validated
      ? isMissing
      : await lingers(database, table, column.name, session.table, session.key);
  const rivals = rivalsOf({ table, column, foreignKey }, session, around.tables);
  const name = shownName(table, around.relations);
  return {
    table,
    name,
    column,
    foreignKey,
    session,
    rivals,
    sampled: values.length,
    found,
    lingering,
  };
}

async function byEdge(
  database: Queryable,
  around: Surroundings,
  seen: ColumnEvidence,
): Promise<Ties> {
  const rows = await rowsOfTable(database, around, seen.session, seen.table);
  const { mention, ...judged } = judgeColumn(seen, rows);
  if (mention !== undefined) return { edges: [], mentions: [mention] };
  const edge: FoundEdge = {
    ...judged,
    table: seen.table,
    written: writtenName(seen.table, around.relations),
    tie: { kind: "by", column: seen.column.name },
    isReferential: seen.foreignKey !== undefined,
    owns: judged.onDelete ? [] : rows.owns,
  };
  return { edges: [{ ...edge, inTheWay: isInTheWay(edge, seen.foreignKey) }], mentions: [] };
}
