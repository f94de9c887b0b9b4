import type { Queryable } from "../catalog.ts";
import { rowsOf, type Surroundings, valuesOf } from "./ask.ts";
import { type FoundEdge, isInTheWay } from "./findings.ts";
import type { ColumnEvidence } from "./judge-column.ts";
import { mentioned, mostlyUnnamed, type Naming } from "./mentions.ts";
import { writtenName } from "./names.ts";
import { referringTables } from "./nested-edges.ts";
import type { Join } from "./references.ts";
import { type SessionTable, singlePrimaryKey } from "./session-tables.ts";
import { type Rows, rowsOfTable, type Ties } from "./ties.ts";

/**
 * The rows on the other side of a table of pairs, if they are sessions' own. If not, there is no edge: the pairs
 * themselves may be owned.
 */
export async function throughEdge(
  database: Queryable,
  around: Surroundings,
  session: SessionTable,
  join: Join,
  { lingering, foreignKey }: ColumnEvidence,
): Promise<Ties> {
  const { table, ownedTable, owned } = join;
  const part = around.part.get(table.oid);
  const values = await valuesOf(database, { table, column: owned.column.name, part });
  const naming: Naming = {
    table: ownedTable.name,
    found: values.size,
    shared: [...values.values()].filter((times) => times > 1).length,
    rows: await rowsOf(database, ownedTable),
    named: (await rowsOf(database, table)) ?? values.size,
    referring: referringTables(ownedTable, [table, session.table], around.tables),
  };
  const reason = mentioned(naming);
  const pairs = `${table.name} ties ${ownedTable.name} to ${session.table.name}`;
  if (reason !== undefined) return { edges: [], mentions: [`${pairs}; ${reason}`] };
  const doubt = doubtOf(values.size, lingering, foreignKey !== undefined) ?? mostlyUnnamed(naming);
  const rows = await rowsOfTable(database, around, session, ownedTable, [table]);
  const edge = edgeOf(around, session, join, rows, lingering, doubt);
  return { edges: [{ ...edge, inTheWay: isInTheWay(edge, foreignKey) }], mentions: [] };
}

function edgeOf(
  around: Surroundings,
  session: SessionTable,
  { table, ownedTable, ownedKey, owner, owned }: Join,
  rows: Rows,
  lingering: boolean | undefined,
  doubt: string | undefined,
): FoundEdge {
  return {
    table: ownedTable,
    written: writtenName(ownedTable, around.relations),
    tie: {
      kind: "through",
      written: writtenName(table, around.relations),
      owner: owner.column.name,
      owned: owned.column.name,
    },
    key: ownedKey === singlePrimaryKey(ownedTable) ? undefined : ownedKey,
    keepWhen: rows.keepWhen,
    orphans: lingering ? "delete" : undefined,
    evidence: [
      `${table.name} ties ${ownedTable.name} to ${session.table.name}: its rows are pairs of keys`,
      ...rows.evidence,
    ],
    doubt: rows.doubt ?? doubt,
    owns: rows.owns,
  };
}

function doubtOf(
  pairs: number,
  lingering: boolean | undefined,
  isForeignKey: boolean,
): string | undefined {
  if (pairs === 0) return "there is no pair yet";
  if (lingering) return "pairs of sessions that are gone linger, and orphans: delete ends them";
  return isForeignKey ? undefined : "no foreign key says that they are sessions";
}
