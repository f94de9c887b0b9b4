import { type Edge, edgesOver, type Graph, isDecided, type PolymorphicEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { lines } from "../sql/layout.ts";
import {
  identifier,
  join,
  literal,
  nameText,
  qualified,
  type Sql,
  textArray,
} from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, routine } from "./object.ts";
import { aliveSql } from "./policy.ts";
import { tieSql } from "./why-tie.ts";

/** The function lastwill.why, and one for each owned table that it asks. */
export function whyObjects(graph: Graph): DbObject[] {
  const tables = ownedTables(graph);
  return [
    ...(tables.some((table) => table.finds.some(({ length }) => length > 1)) ? [keyParts()] : []),
    ...tables.map((table) => whyTable(table, graph)),
    routine({
      name: "why",
      types: "regclass, text",
      template: "why/why.sql",
      comment:
        "Why a row is still there: select * from lastwill.why('drafts', '7'); owner_key is a secret.",
      slots: { tables: lines(["when 0::regclass then\n  return;", ...tables.map(whenTable)]) },
    }),
  ];
}

/** An owned table, and all that names its rows. */
interface OwnedTable {
  readonly edges: readonly [Edge, ...Edge[]];
  /** The lists of columns by which a person may name a row. */
  readonly finds: readonly (readonly string[])[];
  /** The variable that holds a column of a key. */
  readonly variables: ReadonlyMap<string, { readonly name: Sql; readonly type: Sql }>;
  readonly why: string;
}

function ownedTables(graph: Graph): OwnedTable[] {
  const all = graph.owners.flatMap(({ edges }) => edges);
  return [...new Map(all.map((edge) => [edge.table.join("\0"), edge])).values()].flatMap(
    ({ table }) => {
      const [first, ...more] = edgesOver(graph, table);
      return first ? [ownedTable([first, ...more])] : [];
    },
  );
}

function ownedTable(edges: OwnedTable["edges"]): OwnedTable {
  const finds = new Map(edges.map(({ display }) => [display.join("\0"), display]));
  const decided = edges.filter(isDecided);
  const columns = new Set([...[...finds.values()].flat(), ...decided.map(({ key }) => key.column)]);
  const types = new Map(decided.map(({ key }) => [key.column, key.type]));
  const [{ owner, name, table }] = edges;
  const variables = [...columns].map((column, index) => {
    const known = types.get(column) as Sql | undefined;
    return [
      column,
      {
        name: `key_${index + 1}` as Sql,
        type: known ?? (`${qualified(...table)}.${identifier(column)}%type` as Sql),
      },
    ] as const;
  });
  return {
    edges,
    finds: [...finds.values()],
    variables: new Map(variables),
    why: objectName(owner, name, "why"),
  };
}

function keyParts(): DbObject {
  return routine({
    name: "key_parts",
    types: "text",
    template: "why/key_parts.sql",
    comment: "The parts of a key of several columns, written as PostgreSQL prints a row.",
  });
}

function whenTable({ edges: [edge], why }: OwnedTable): string {
  const call = `return query select why.* from ${qualified("lastwill", why)}(key) as why;`;
  return `when ${literal(nameText(...edge.table))}::regclass then\n  ${call}`;
}

function whyTable(table: OwnedTable, graph: Graph): DbObject {
  const [{ table: owned, written }] = table.edges;
  const keys = [...table.variables.values()];
  return routine({
    name: table.why,
    types: "text",
    template: "why/table.sql",
    comment: `Why a row of ${written} is still there.`,
    slots: {
      why: table.why,
      owned,
      variables: lines(keys.map(({ name, type }) => `${name} ${type};`)),
      finds: join(
        table.finds.map((columns) => findSql(table, columns)),
        "\n\n",
      ),
      reasons: join(reasonsOf(table, graph), "\n\n"),
    },
  });
}

function findSql(table: OwnedTable, columns: readonly string[]): Sql {
  const [{ table: owned }] = table.edges;
  const pairs = columns.map((column) => `owned.${identifier(column)} = ${variable(table, column)}`);
  const read = columns.map((column, index) => {
    const part = columns.length === 1 ? "key" : `(lastwill.key_parts(key))[${index + 1}]`;
    return `${variable(table, column)} := ${part};`;
  });
  return render("why/find.sql", {
    owned,
    read: lines(read),
    is_it: join(pairs as Sql[], "\n  and "),
  });
}

function variable({ variables }: OwnedTable, column: string): Sql {
  const found = variables.get(column);
  if (!found) throw new RangeError(`no variable holds ${column}`);
  return found.name;
}

/** Every reason that there may be, each a statement that gives the rows to which it applies. */
function reasonsOf(table: OwnedTable, graph: Graph): Sql[] {
  const decided = table.edges.filter(isDecided);
  const keys = new Set(decided.map(({ key }) => key.column));
  return [
    ...graph.owners.flatMap((owner) =>
      owner.edges
        .filter((edge) => table.edges.includes(edge))
        .map((edge) => tieSql(owner, edge, keyOf(table, edge))),
    ),
    ...table.edges.flatMap(rowSql),
    ...[...keys].map((column) =>
      render("why/waits.sql", {
        edges: textArray(decided.filter(({ key }) => key.column === column).map(({ id }) => id)),
        key: variable(table, column),
      }),
    ),
    ...table.edges.filter(isPolymorphic).map(waitsWithOwner),
    ...(decided.length > 0 ? [render("why/backfill.sql")] : []),
  ];
}

/** What a data edge or a join table would name the row by. */
function keyOf(table: OwnedTable, edge: Edge): Sql {
  return variable(table, edge.key?.column ?? edge.display[0] ?? "");
}

/** What the row itself says: claimed, kept, or marked as ended. */
function rowSql(edge: Edge): Sql[] {
  const claim = edge.claim && `owned.${identifier(edge.claim.column)}`;
  const { policy } = edge;
  return [
    ...(edge.claim
      ? [ofRow(edge, "claimed", edge.claim.column, `${claim} is not null` as Sql)]
      : []),
    ...(edge.keepWhen === undefined
      ? []
      : [
          render("why/keeps.sql", {
            edge: edge.id,
            keeps: edgeNames(edge).keeps,
            condition: edge.keepWhen,
            not_claimed: (claim ? `and ${claim} is null` : "") as Sql,
          }),
        ]),
    ...(policy.kind === "soft_delete"
      ? [ofRow(edge, "ended", policy.column, `(${aliveSql(policy, "owned")}) is not true` as Sql)]
      : []),
  ];
}

function ofRow(edge: Edge, reason: string, column: string, condition: Sql): Sql {
  return render("why/of_row.sql", { edge: edge.id, reason, column, condition });
}

function isPolymorphic(edge: Edge): edge is PolymorphicEdge {
  return edge.kind === "polymorphic";
}

function waitsWithOwner(edge: PolymorphicEdge): Sql {
  return render("why/waits_with_owner.sql", {
    edge: edge.id,
    by: edge.by.column,
    type_column: edge.typeColumn,
    type: edge.type,
  });
}
