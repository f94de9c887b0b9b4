import type { Column, ForeignKey, Queryable, Table } from "../catalog.ts";
import { refersTo } from "../conditions.ts";
import { comparable, keyType } from "../resolve/key.ts";
import type { Sql } from "../sql/quote.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { endsWithOthers, type Keeping, keepingOf } from "./keeping.ts";
import { isForTheBooks, isRecord, isTemporaryName, lastingName } from "./mentions.ts";
import { namesTable, subjectOf, wordsOf, writtenName } from "./names.ts";
import { foreignKeyOf, isFrom } from "./references.ts";
import { columnOf, singlePrimaryKey } from "./session-tables.ts";

/** Rows that stay, and so must what they refer to, and what that is a part of. */
export interface Hold {
  /** SQL over the row that must stay. */
  readonly keepWhen: Sql;
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
export async function nestedEdges(
  database: Queryable,
  around: Surroundings,
  parent: Table,
  above: readonly string[],
  key: string | undefined = singlePrimaryKey(parent),
): Promise<Nested> {
  if (key === undefined || above.length > DEEPEST) return NOTHING;
  const all: Nested[] = [];
  for (const foreignKey of parent.inbound) {
    const table = around.tables.find((each) => isFrom(foreignKey, each));
    if (!table || above.includes(table.oid)) continue;
    const isOne = foreignKey.referencedColumns.join("\0") === key;
    const column = isOne ? columnOf(table, foreignKey.columns[0] ?? "") : undefined;
    if (!column) continue;
    all.push(await nested(database, around, { foreignKey, table, column, parent }, above));
  }
  return {
    edges: all.flatMap(({ edges }) => edges),
    holds: [...all.flatMap(({ holds }) => holds), ...looseHolds(around, parent, key, above)],
  };
}

/**
 * What lasts may name a row without a foreign key, by a column that is called after its table. A record of what
 * happened may name what is gone, and is large.
 */
function looseHolds(
  { tables, relations }: Surroundings,
  parent: Table,
  key: string,
  above: readonly string[],
): Hold[] {
  const type = keyType(columnOf(parent, key)?.type ?? "");
  return tables.flatMap((table) => {
    const isLasting = lastingName(table.name) !== undefined && !isRecord(table.name);
    if (above.includes(table.oid) || !isLasting) return [];
    const columns = table.columns.filter(({ name, type: own }) => {
      const other = keyType(own);
      const fits = type !== undefined && other !== undefined && comparable(type, other);
      const isNamed = namesTable(subjectOf(name), parent.name) !== undefined;
      return fits && isNamed && !tables.some((each) => foreignKeyOf(table, name, each));
    });
    return columns.map(({ name }) => {
      const pairs = { columns: [name], referencedColumns: [key] };
      return {
        keepWhen: refersTo(table, parent.name, pairs, relations),
        words: `${table.name}.${name} seems to name ${parent.name}, and what it names stays: ${lastingName(table.name)}${slowness(table, name)}`,
      };
    });
  });
}

/** Rows that refer to others by a foreign key of one column. */
interface Referring {
  readonly foreignKey: ForeignKey;
  readonly table: Table;
  readonly column: Column;
  readonly parent: Table;
}

async function nested(
  database: Queryable,
  around: Surroundings,
  referring: Referring,
  above: readonly string[],
): Promise<Nested> {
  const { foreignKey, table, column, parent } = referring;
  const { relations } = around;
  // What lets go by itself is nobody's part, and only the books must not.
  if ("nd".includes(foreignKey.onDelete) && !isForTheBooks(table.name)) return NOTHING;
  const keeping = await keepingOf(database, around, table);
  const reason = whyItStays(referring, keeping);
  if (reason !== undefined) return { edges: [], holds: [holdOf(referring, relations, reason)] };
  const below = await nestedEdges(database, around, table, [...above, table.oid]);
  const edge = edgeOf(referring, around, below.edges);
  const holds = below.holds.map(({ keepWhen, words }) => ({
    keepWhen: refersTo(table, parent.name, foreignKey, relations, keepWhen),
    words,
  }));
  if (keeping.keepWhen === undefined) return { edges: [edge], holds };
  if (!column.notNull) return { edges: [{ ...edge, keepWhen: keeping.keepWhen }], holds };
  const some = `some rows of ${table.name} stay, when ${keeping.keepWhen}`;
  return { edges: [edge], holds: [...holds, holdOf(referring, relations, some, keeping.keepWhen)] };
}

function edgeOf(
  { foreignKey: { onDelete }, table, column, parent }: Referring,
  { relations }: Surroundings,
  owns: readonly FoundEdge[],
): FoundEdge {
  const how =
    onDelete === "c" ? "and cascades" : "and would keep its rows from ending, so it is declared";
  return {
    table,
    written: writtenName(table, relations),
    tie: { kind: "by", column: column.name },
    evidence: [`${table.name}.${column.name} refers to ${parent.name}, ${how}`],
    owns,
  };
}

function holdOf(
  { foreignKey, table, column, parent }: Referring,
  relations: Surroundings["relations"],
  reason: string,
  when?: string,
): Hold {
  const place = `${table.name}.${column.name}`;
  return {
    keepWhen: refersTo(table, parent.name, foreignKey, relations, when),
    words: `${place} refers to ${parent.name}, and what it refers to stays: ${reason}${slowness(table, column.name)}`,
  };
}

function slowness(table: Table, column: string): string {
  const isFast = table.indexes.some(({ columns, valid, partial }) => {
    return valid && !partial && columns[0] === column;
  });
  return isFast ? "" : `; an index on ${table.name} (${column}) would make that quick to see`;
}

/** Why rows that refer to others outlast them; undefined when they end with them. */
function whyItStays(
  { foreignKey: { onDelete }, table, column, parent }: Referring,
  { keepWhen, doubt, named }: Keeping,
): string | undefined {
  const lasting = lastingName(table.name) ?? doubt ?? (keepWhen && endsWithOthers(table));
  if (lasting !== undefined) return lasting;
  if (onDelete === "c") return undefined;
  if (named !== undefined) return named;
  if (isPartOf(table, parent)) return undefined;
  if (!column.notNull) return `${column.name} may be null, so a row of ${table.name} is no part`;
  const isPart = isTemporaryName(table.name) || PARTS.has(wordsOf(table.name).at(-1) ?? "");
  return isPart ? undefined : `its name does not say that a row of ${table.name} is a part`;
}

/** What is a part of something, where it cannot be without. */
const PARTS: ReadonlySet<string> = new Set(
  "item line entry element row part piece attachment image photo option step field answer".split(
    " ",
  ),
);

/** `cart_items` and `line_items` are parts of `carts`. */
export function isPartOf(table: Table, parent: Table): boolean {
  if (lastingName(table.name) !== undefined) return false;
  const [words, whole] = [wordsOf(table.name), wordsOf(parent.name)];
  const isCalledSo =
    words.length > whole.length && namesTable(words.slice(0, whole.length), parent.name) === 0;
  return isCalledSo || ["item", "line", "entry", "line item"].includes(words.join(" "));
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
