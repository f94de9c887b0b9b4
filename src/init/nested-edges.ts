import type { Column, ForeignKey, Table } from "../catalog.ts";
import { refersTo } from "../conditions.ts";
import type { Sql } from "../sql/quote.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { keepingOf } from "./keeping.ts";
import { lastingName } from "./mentions.ts";
import { namesTable, wordsOf, writtenName } from "./names.ts";
import { isFrom } from "./references.ts";
import { columnOf, singlePrimaryKey } from "./session-tables.ts";

/** Rows that stay, and so must what they refer to. */
export interface Hold {
  /** SQL over the row that they refer to; undefined where that is further down. */
  readonly keepWhen: Sql | undefined;
  readonly words: string;
}

/** What refers to rows that end: it ends with them, or it holds them. */
export interface Nested {
  readonly edges: readonly FoundEdge[];
  readonly holds: readonly Hold[];
}

const NOTHING: Nested = { edges: [], holds: [] };
const DEEPEST = 6;

/**
 * What rows of a table own in turn, as their foreign keys say, and what of their own must outlast them.
 *
 * @param above the tables on the way down here, so that a ring comes to an end
 */
export function nestedEdges(
  parent: Table,
  key: string | undefined,
  around: Pick<Surroundings, "tables" | "relations">,
  above: readonly string[],
): Nested {
  if (key === undefined || above.length > DEEPEST) return NOTHING;
  const all = parent.inbound.map((foreignKey): Nested => {
    const table = around.tables.find((each) => isFrom(foreignKey, each));
    const [name, more] = foreignKey.columns;
    if (!table || name === undefined || more !== undefined) return NOTHING;
    if (above.includes(table.oid) || foreignKey.referencedColumns[0] !== key) return NOTHING;
    const column = columnOf(table, name);
    if (!column || "nd".includes(foreignKey.onDelete)) return NOTHING;
    const reason = whyItStays(foreignKey, table, column, parent);
    if (reason !== undefined) {
      return { edges: [], holds: [holdOf(foreignKey, table, column, parent, reason)] };
    }
    const below = nestedEdges(table, singlePrimaryKey(table), around, [...above, table.oid]);
    return {
      edges: [edgeOf(foreignKey, table, column, parent, around, below.edges)],
      holds: below.holds.map((hold) => ({ ...hold, keepWhen: undefined })),
    };
  });
  return { edges: all.flatMap(({ edges }) => edges), holds: all.flatMap(({ holds }) => holds) };
}

function edgeOf(
  { onDelete }: ForeignKey,
  table: Table,
  { name }: Column,
  parent: Table,
  { relations }: Pick<Surroundings, "relations">,
  owns: readonly FoundEdge[],
): FoundEdge {
  const how =
    onDelete === "c" ? "and cascades" : "and would keep its rows from ending, so it is declared";
  return {
    table,
    written: writtenName(table, relations),
    tie: { kind: "by", column: name },
    evidence: [`${table.name}.${name} refers to ${parent.name}, ${how}`],
    owns,
  };
}

function holdOf(
  foreignKey: ForeignKey,
  table: Table,
  { name }: Column,
  parent: Table,
  reason: string,
): Hold {
  const isFast = table.indexes.some(({ columns, valid, partial }) => {
    return valid && !partial && columns[0] === name;
  });
  const index = isFast ? "" : `; an index on ${table.name} (${name}) would make that quick to see`;
  return {
    keepWhen: refersTo(table, parent.name, foreignKey),
    words: `${table.name}.${name} refers to ${parent.name}, and what it refers to stays: ${reason}${index}`,
  };
}

/** Why rows that refer to others outlast them; undefined when they end with them. */
function whyItStays(
  { onDelete }: ForeignKey,
  table: Table,
  column: Column,
  parent: Table,
): string | undefined {
  const lasting = lastingName(table.name);
  if (lasting !== undefined) return lasting;
  if (onDelete === "c" || isPartOf(table, parent)) return undefined;
  if (!column.notNull)
    return `${column.name} may be null, so a row of ${table.name} is no part of one`;
  const { keepWhen, doubt } = keepingOf(table);
  return doubt ?? (keepWhen && `a row of ${table.name} may be somebody's for good (${keepWhen})`);
}

const PARTS: ReadonlySet<string> = new Set("item line entry element row part piece".split(" "));

/** `cart_items` and `line_items` are parts of `carts`. */
export function isPartOf(table: Table, parent: Table): boolean {
  if (lastingName(table.name) !== undefined) return false;
  const [words, whole] = [wordsOf(table.name), wordsOf(parent.name)];
  const isCalledSo =
    words.length > whole.length && namesTable(words.slice(0, whole.length), parent.name) === 0;
  return isCalledSo || PARTS.has(words.at(-1) ?? "");
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
