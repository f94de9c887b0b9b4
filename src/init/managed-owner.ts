import type { Column, Relation, Table } from "../catalog.ts";
import { plain } from "../manifest/suggest.ts";
import { keyType } from "../resolve/key.ts";
import type { Surroundings } from "./ask.ts";
import type { FoundEdge, FoundOwner } from "./findings.ts";
import { lastingName } from "./mentions.ts";
import { writtenName } from "./names.ts";
import { ownerName } from "./unique-names.ts";

const VISITOR =
  /^(?:session|sess|cart|guest|visitor|anonymous|anon|browser|device)(?:id|sid|key|token|uuid)$|^sid$/;

/** An owner for sessions that lie elsewhere, with the tables that seem to hold their keys. */
export function managedOwner(
  { tables, relations }: Pick<Surroundings, "tables" | "relations">,
  others: readonly FoundOwner[],
): FoundOwner {
  const naming = tables.flatMap((table) => {
    const column = visitorColumn(table);
    return column ? [{ table, column, reason: reasonAgainst(table, column) }] : [];
  });
  const edges = naming
    .filter(({ reason }) => reason === undefined)
    .map(({ table, column }) => edgeOf(table, column, relations));
  const name = ownerName("session", others);
  return {
    ...OWNING_NOTHING,
    name,
    evidence: [
      `No table here has the shape of a store's sessions. If they lie elsewhere (Redis, files, cookies), this ` +
        `owner stands for them: lastwill makes a table of their keys, and the application calls touch_${name} ` +
        "at each request. It owns nothing yet. See docs/stores/elsewhere.md",
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

function visitorColumn(table: Table): Column | undefined {
  const column = table.columns.find(({ name }) => VISITOR.test(plain(name)));
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

function edgeOf(table: Table, { name }: Column, relations: readonly Relation[]): FoundEdge {
  return {
    table,
    written: writtenName(table, relations),
    tie: { kind: "by", column: name },
    evidence: [`${table.name}.${name} seems to name a session`],
    doubt: "whether these are keys of your sessions only you can say",
    owns: [],
  };
}
