import type { Column, Table } from "../catalog.ts";
import { plain } from "../manifest/suggest.ts";
import { keyType } from "../resolve/key.ts";
import type { FoundEdge, FoundOwner } from "./findings.ts";
import { lastingName } from "./mentions.ts";
import { writtenName } from "./names.ts";
import { ownerName } from "./unique-names.ts";

const VISITOR =
  /^(?:session|sess|cart|guest|visitor|anonymous|anon|browser|device)(?:id|sid|key|token|uuid)$|^sid$/;

/** An owner for sessions that lie elsewhere, with the tables that seem to hold their keys. */
export function managedOwner(
  tables: readonly Table[],
  others: readonly { readonly name: string }[],
): FoundOwner {
  const naming = tables.flatMap((table) => {
    const column = visitorColumn(table);
    return column ? [{ table, column, reason: reasonAgainst(table, column) }] : [];
  });
  const edges = naming
    .filter(({ reason }) => reason === undefined)
    .map(({ table, column }) => edgeOf(table, column, tables));
  return {
    name: ownerName("session", others),
    table: undefined,
    store: undefined,
    written: undefined,
    settings: [["managed", "true"]],
    evidence: [
      "No table here has the shape of a store's sessions. If they lie elsewhere (Redis, files, cookies), " +
        "this owner stands for them: lastwill makes a table of their keys, and the application calls " +
        "touch_session at each request. It owns nothing yet. See docs/stores/elsewhere.md",
      ...(edges.length > 0
        ? [
            "Before an edge is declared, touch what its rows name: rows of other keys stop the migration",
          ]
        : []),
    ],
    doubt: undefined,
    edges,
    mentions: naming.flatMap(({ table, column, reason }) =>
      reason === undefined ? [] : `${table.name}.${column.name} seems to name a session; ${reason}`,
    ),
  };
}

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

function edgeOf(table: Table, { name }: Column, tables: readonly Table[]): FoundEdge {
  return {
    table,
    written: writtenName(table, tables),
    tie: { kind: "by", column: name },
    evidence: [`${table.name}.${name} seems to name a session`],
    doubt: "whether these are keys of your sessions only you can say",
    owns: [],
  };
}
