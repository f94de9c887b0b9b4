import type { Column, ForeignKey, Queryable, Table } from "../catalog.ts";
import { refersTo } from "../conditions.ts";
import type { Sql } from "../sql/quote.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge } from "./findings.ts";
import { type Keeping, keepingOf } from "./keeping.ts";
import { isForTheBooks, isTemporaryName, lastingName } from "./mentions.ts";
import { namesTable, wordsOf, writtenName } from "./names.ts";
import { isFrom } from "./references.ts";
import { columnOf, singlePrimaryKey } from "./session-tables.ts";

/** Rows that stay, and so must what they refer to. */
export interface Hold {
  /** SQL over the row that they refer to; undefined where that is further down. */
  readonly keepWhen: Sql | undefined;
  readonly words: string;
  /** The same rows let go of what they refer to, where they may. */
  readonly letGo: FoundEdge | undefined;
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
): Promise<Nested> {
  const all: Nested[] = [];
  for (const foreignKey of above.length > DEEPEST ? [] : parent.inbound) {
    const table = around.tables.find((each) => isFrom(foreignKey, each));
    if (!table || above.includes(table.oid)) continue;
    const isOne = foreignKey.referencedColumns.join("\0") === singlePrimaryKey(parent);
    const column = isOne ? columnOf(table, foreignKey.columns[0] ?? "") : undefined;
    if (!column) continue;
    all.push(await nested(database, around, { foreignKey, table, column, parent }, above));
  }
  return { edges: all.flatMap(({ edges }) => edges), holds: all.flatMap(({ holds }) => holds) };
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
  const { foreignKey, table, column } = referring;
  // What lets go by itself is nobody's part, and only the books must not.
  if ("nd".includes(foreignKey.onDelete) && !isForTheBooks(table.name)) return NOTHING;
  const keeping = await keepingOf(database, around, table);
  const reason = whyItStays(referring, keeping);
  if (reason !== undefined) {
    return { edges: [], holds: [holdOf(referring, around, reason)] };
  }
  const below = await nestedEdges(database, around, table, [...above, table.oid]);
  const holds = below.holds.map((hold) => ({ ...hold, keepWhen: undefined }));
  const letGo = below.holds.flatMap((hold) => hold.letGo ?? []);
  const edge = edgeOf(referring, around, [...below.edges, ...letGo]);
  if (keeping.keepWhen === undefined) return { edges: [edge], holds };
  if (!column.notNull) return { edges: [{ ...edge, keepWhen: keeping.keepWhen }], holds };
  const some = `some rows of ${table.name} stay, when ${keeping.keepWhen}`;
  return { edges: [edge], holds: [...holds, holdOf(referring, around, some, keeping.keepWhen)] };
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
  { relations }: Surroundings,
  reason: string,
  when?: string,
): Hold {
  const { name, notNull } = column;
  const isFast = table.indexes.some(({ columns, valid, partial }) => {
    return valid && !partial && columns[0] === name;
  });
  const index = isFast ? "" : `; an index on ${table.name} (${name}) would make that quick to see`;
  const evidence = `${table.name}.${name} refers to ${parent.name}, and what it refers to stays: ${reason}`;
  const letGo: FoundEdge = {
    table,
    written: writtenName(table, relations),
    tie: { kind: "by", column: name },
    onDelete: "set_null",
    evidence: [evidence],
    owns: [],
  };
  return {
    keepWhen: refersTo(table, parent.name, foreignKey, when),
    words: evidence + index,
    letGo: notNull ? undefined : letGo,
  };
}

/** Why rows that refer to others outlast them; undefined when they end with them. */
function whyItStays(
  { foreignKey: { onDelete }, table, column, parent }: Referring,
  { doubt }: Keeping,
): string | undefined {
  const lasting = lastingName(table.name);
  if (lasting !== undefined) return lasting;
  if (onDelete === "c") return undefined;
  if (doubt !== undefined) return doubt;
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
