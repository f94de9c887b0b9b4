import type { Column, ForeignKey, Table } from "../catalog.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { lastingName } from "./mentions.ts";
import { namesTable, wordsOf, writtenName } from "./names.ts";
import { isFrom } from "./references.ts";
import { columnOf, singlePrimaryKey } from "./session-tables.ts";

const DEEPEST = 6;

/**
 * What rows of a table own in turn, as their foreign keys say. One that would stop the rows from
 * ending is declared too: what it belongs to goes along, and what is kept for the books lets go.
 *
 * @param above the tables on the way down here, so that a ring comes to an end
 */
export function nestedEdges(
  parent: Table,
  key: string | undefined,
  around: Pick<Surroundings, "tables" | "relations">,
  above: readonly string[],
): FoundEdge[] {
  if (key === undefined || above.length > DEEPEST) return [];
  return parent.inbound.flatMap((foreignKey): FoundEdge[] => {
    const table = around.tables.find((each) => isFrom(foreignKey, each));
    const [name, more] = foreignKey.columns;
    if (!table || name === undefined || more !== undefined) return [];
    if (above.includes(table.oid) || foreignKey.referencedColumns[0] !== key) return [];
    const column = columnOf(table, name);
    const fate = column && fateOf(foreignKey, table, column, parent);
    if (!fate) return [];
    return [
      {
        table,
        written: writtenName(table, around.relations),
        tie: { kind: "by", column: name },
        onDelete: fate === "set_null" ? fate : undefined,
        evidence: [`${table.name}.${name} refers to ${parent.name}, ${said(foreignKey, fate)}`],
        owns:
          fate === "set_null"
            ? []
            : nestedEdges(table, singlePrimaryKey(table), around, [...above, table.oid]),
      },
    ];
  });
}

function fateOf(
  { onDelete }: ForeignKey,
  table: Table,
  column: Column,
  parent: Table,
): "cascade" | "set_null" | undefined {
  if (onDelete === "c") return "cascade";
  if (onDelete === "n" || onDelete === "d") return undefined;
  if (isPartOf(table, parent)) return "cascade";
  if (!column.notNull) return "set_null";
  return lastingName(table.name) === undefined ? "cascade" : undefined;
}

/** `cart_items` are parts of `carts`. */
export function isPartOf(table: Table, parent: Table): boolean {
  const [words, whole] = [wordsOf(table.name), wordsOf(parent.name)];
  return (
    words.length > whole.length &&
    namesTable(words.slice(0, whole.length), parent.name) === 0 &&
    lastingName(table.name) === undefined
  );
}

function said({ onDelete }: ForeignKey, fate: "cascade" | "set_null"): string {
  if (onDelete === "c") return "and cascades";
  const stops = "and would keep its rows from ending";
  return fate === "set_null" ? `${stops}; set null, it does not` : `${stops}, so it is declared`;
}

/** The tables that refer to a table and are no parts of it. */
export function referringTables(
  table: Table,
  apart: readonly Table[],
  tables: readonly Table[],
): number {
  const names = table.inbound.flatMap((foreignKey) => {
    const from = tables.find((each) => isFrom(foreignKey, each));
    const counts = from && !apart.includes(from) && from !== table && !isPartOf(from, table);
    return counts ? from.oid : [];
  });
  return new Set(names).size;
}
