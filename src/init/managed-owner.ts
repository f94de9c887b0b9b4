import type { Column, Queryable, Table } from "../catalog.ts";
import { plain } from "../manifest/suggest.ts";
import { keyType } from "../resolve/key.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge, FoundOwner } from "./findings.ts";
import { lastingName } from "./mentions.ts";
import { writtenName } from "./names.ts";
import { foreignKeyOf } from "./references.ts";
import { rowsOfTable } from "./ties.ts";
import { ownerName } from "./unique-names.ts";

const VISITOR =
  /^(?:session|sess|cart|guest|visitor|anonymous|anon|browser|device)(?:id|sid|key|token|uuid)$|^sid$/;

/** An owner for sessions that lie elsewhere, with the tables that seem to hold their keys. */
export async function managedOwner(
  database: Queryable,
  around: Surroundings,
  others: readonly FoundOwner[],
): Promise<FoundOwner> {
  const naming = around.tables.flatMap((table) => {
    const column = visitorColumn(table, around.tables);
    return column ? [{ table, column, reason: reasonAgainst(table, column) }] : [];
  });
  const edges: FoundEdge[] = [];
  for (const { table, column, reason } of naming) {
    if (reason === undefined) edges.push(await edgeOf(database, around, table, column));
  }
  const name = ownerName("session", others);
  return {
    ...OWNING_NOTHING,
    name,
    evidence: [
      `No table here has the shape of a store's sessions. If they lie elsewhere (Redis, files, cookies), this ` +
        `owner stands for them: lastwill makes a table of their keys, and the application calls touch_${name} ` +
        "at each request. It owns nothing yet. See node_modules/pg-lastwill/docs/stores/elsewhere.md",
      ...(edges.length > 0
        ? [
            "Before an edge is declared, touch what its rows name: rows of other keys stop the migration",
          ]
        : []),
    ],
    edges,
    mentions: naming.flatMap(({ table, column, reason }) =>
      reason === undefined ? [] : `${table.name}.${column.name} seems to name a session; ${reason}`,
    ),
  };
}

/** An owner beside those that cannot be declared yet: a manifest without any is none. */
export function placeholder(others: readonly FoundOwner[]): FoundOwner {
  return {
    ...OWNING_NOTHING,
    name: ownerName("elsewhere", others),
    evidence: [
      "What was found below cannot be declared yet, and a manifest has to have an owner. This one owns " +
        "nothing: take it out when you declare another",
    ],
    edges: [],
    mentions: [],
  };
}

const OWNING_NOTHING = {
  table: undefined,
  store: undefined,
  written: undefined,
  settings: [["managed", "true"]],
  doubt: undefined,
} as const;

function visitorColumn(table: Table, tables: readonly Table[]): Column | undefined {
  const column = table.columns.find(
    ({ name }) =>
      VISITOR.test(plain(name)) && !tables.some((other) => foreignKeyOf(table, name, other)),
  );
  // A name that is the table's own key is what others refer to.
  const isOwnKey = table.indexes.some(
    ({ primary, columns }) => primary && columns.length === 1 && columns[0] === column?.name,
  );
  return column && !isOwnKey && keyType(column.type) !== undefined ? column : undefined;
}

function reasonAgainst(table: Table, { type }: Column): string | undefined {
  const name = lastingName(table.name);
  if (name !== undefined) return name;
  return keyType(type) === "text"
    ? undefined
    : `a key is a text there, and this is of type ${type}`;
}

async function edgeOf(
  database: Queryable,
  around: Surroundings,
  table: Table,
  { name }: Column,
): Promise<FoundEdge> {
  const rows = await rowsOfTable(database, around, undefined, table);
  return {
    table,
    written: writtenName(table, around.relations),
    tie: { kind: "by", column: name },
    keepWhen: rows.keepWhen,
    evidence: [`${table.name}.${name} seems to name a session`, ...rows.evidence],
    doubt: "whether these are keys of your sessions only you can say",
    owns: rows.owns,
  };
}
