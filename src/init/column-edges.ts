import type { Column, Queryable, Table } from "../catalog.ts";
import type { KeyType } from "../graph.ts";
import { keyType } from "../resolve/key.ts";
import { identifier } from "../sql/quote.ts";
import { existing, lingers, rowsOf, type Surroundings, valuesOf } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { type ColumnEvidence, judgeColumn, peopleColumn } from "./judge-column.ts";
import { mentioned } from "./mentions.ts";
import { writtenName } from "./names.ts";
import { nestedEdges, referringTables } from "./nested-edges.ts";
import {
  isTypeOf,
  type Join,
  joinOf,
  polymorphicPairs,
  type Reference,
  referencesTo,
} from "./references.ts";
import { columnOf, type SessionTable } from "./session-tables.ts";

/** Edges, and sentences about what was found and is none. */
export interface Ties {
  readonly edges: readonly FoundEdge[];
  readonly mentions: readonly string[];
}

/** The rows that hold a session's key, by a column or in a table between the two. */
export async function columnEdges(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
): Promise<Ties> {
  const ties: Ties[] = [];
  for (const reference of referencesTo(session, around.tables)) {
    const join = joinOf(reference, session.table, around.tables);
    const through = join && (await throughEdge(database, around, session, join));
    if (through) ties.push(through);
    if (!through?.edges.length) ties.push(await byEdge(database, around, session, reference));
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
  const values = await valuesOf(database, {
    table,
    column: column.name,
    part: around.part.get(table.oid),
  });
  const found = await existing(database, session.table, session.key, keyOf(session), [
    ...values.keys(),
  ]);
  const isMissing = found !== undefined && found < values.size;
  const lingering =
    isMissing || foreignKey?.validated
      ? isMissing
      : await lingers(database, table, column.name, session.table, session.key);
  return { table, column, foreignKey, session, sampled: values.size, found, lingering };
}

function keyOf({ table, key }: SessionTable): KeyType {
  return keyType(columnOf(table, key)?.type ?? "") ?? "text";
}

async function byEdge(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  reference: Reference,
): Promise<Ties> {
  const { table, column } = reference;
  const judged = judgeColumn(await evidenceOf(database, around, session, reference));
  if (judged.mention !== undefined) return { edges: [], mentions: [judged.mention] };
  const { evidence, doubt, onDelete, orphans, keeps } = judged;
  const edge: FoundEdge = {
    table,
    written: writtenName(table, around.relations),
    tie: { kind: "by", column: column.name },
    keepWhen: keeps && `${identifier(keeps.name)} is not null`,
    onDelete,
    orphans,
    evidence,
    doubt,
    owns: onDelete ? [] : nested(around, session, table),
  };
  return { edges: [edge], mentions: [] };
}

function nested(
  around: Surroundings,
  session: SessionTable,
  table: Table,
  between: readonly Table[] = [],
): FoundEdge[] {
  const [key] = table.indexes.find(({ primary }) => primary)?.columns ?? [];
  const above = [session.table, table, ...between].map(({ oid }) => oid);
  return nestedEdges(table, key ?? undefined, around, above);
}

/** Where the rows on the other side are no session's own, the pairs may be. */
async function throughEdge(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  join: Join,
): Promise<Ties> {
  const { ownedTable, owned, owner, ownedKey } = join;
  const part = around.part.get(join.table.oid);
  const values = await valuesOf(database, { table: join.table, column: owned.column.name, part });
  const { lingering, foreignKey } = await evidenceOf(database, around, session, owner);
  const reason = mentioned({
    table: ownedTable.name,
    sampled: values.size,
    found: values.size,
    shared: [...values.values()].filter((times) => times > 1).length,
    rows: await rowsOf(database, ownedTable),
    named: (await rowsOf(database, join.table)) ?? values.size,
    referring: referringTables(ownedTable, [join.table, session.table], around.tables),
  });
  const pairs = `${join.table.name} ties ${ownedTable.name} to ${session.table.name}`;
  if (reason !== undefined) return { edges: [], mentions: [`${pairs}; ${reason}`] };
  const [primary] = ownedTable.indexes.find((index) => index.primary)?.columns ?? [];
  const edge: FoundEdge = {
    table: ownedTable,
    written: writtenName(ownedTable, around.relations),
    tie: {
      kind: "through",
      written: writtenName(join.table, around.relations),
      owner: owner.column.name,
      owned: owned.column.name,
    },
    key: ownedKey === primary ? undefined : ownedKey,
    orphans: lingering ? "delete" : undefined,
    evidence: [
      `${pairs}: its rows are pairs of keys, and no row of ${ownedTable.name} has several sessions`,
    ],
    doubt: throughDoubt(values.size, lingering, foreignKey !== undefined),
    owns: nested(around, session, ownedTable, [join.table]),
  };
  return { edges: [edge], mentions: [] };
}

function throughDoubt(
  n: number,
  lingering: boolean | undefined,
  isForeignKey: boolean,
): string | undefined {
  if (n === 0) return "there is no pair yet";
  if (lingering === true)
    return "pairs of sessions that are gone linger, and orphans: delete ends them";
  return isForeignKey ? undefined : "no foreign key says that they are sessions";
}

async function polymorphicEdges(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
): Promise<Ties> {
  const edges: FoundEdge[] = [];
  for (const { table, column, type } of polymorphicPairs(around.tables)) {
    if (table.oid === session.table.oid) continue;
    const part = around.part.get(table.oid);
    const types = await valuesOf(database, { table, column: type.name, part });
    for (const [written] of types) {
      if (!isTypeOf(written, session.table)) continue;
      const only = { column: type.name, value: written };
      const values = await valuesOf(database, { table, column: column.name, part, type: only });
      const found = await existing(database, session.table, session.key, keyOf(session), [
        ...values.keys(),
      ]);
      edges.push(
        polymorphicEdge(around, session, {
          table,
          column,
          type,
          written,
          sampled: values.size,
          found,
        }),
      );
    }
  }
  return { edges, mentions: [] };
}

interface PolymorphicEvidence {
  readonly table: Table;
  readonly column: Column;
  readonly type: Column;
  readonly written: string;
  readonly sampled: number;
  readonly found: number | undefined;
}

function polymorphicEdge(
  around: Surroundings,
  session: SessionTable,
  { table, column, type, written, sampled, found }: PolymorphicEvidence,
): FoundEdge {
  const keeps = peopleColumn(table);
  return {
    table,
    written: writtenName(table, around.relations),
    tie: { kind: "polymorphic", column: column.name, typeColumn: type.name, type: written },
    keepWhen: keeps && !keeps.notNull ? `${identifier(keeps.name)} is not null` : undefined,
    evidence: [
      `${table.name}: where ${type.name} is ${written}, ${found ?? "?"} of ${sampled} sampled values ` +
        `of ${column.name} exist in ${session.table.name}.${session.key}`,
    ],
    doubt:
      found !== undefined && found > 0
        ? keeps?.notNull
          ? `each row has a ${keeps.name}, so it may be somebody's for good`
          : undefined
        : "none of the sampled values exists",
    owns: nested(around, session, table),
  };
}
