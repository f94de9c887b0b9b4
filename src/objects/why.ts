import {
  type Edge,
  edgesOf,
  edgesOver,
  type Graph,
  isDecided,
  type PolymorphicEdge,
} from "../graph.ts";
import { objectName } from "../names.ts";
import { lines } from "../sql/layout.ts";
import { identifier, join, literal, nameText, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, routine } from "./object.ts";
import { aliveSql } from "./policy.ts";
import { asked, tieSql } from "./why-tie.ts";

/** The function lastwill.why, and one for each owned table that it asks. */
export function whyObjects(graph: Graph): DbObject[] {
  const tables = ownedTables(graph);
  if (tables.length === 0) return [];
  return [
    ...(tables.some((table) => table.finds.some(({ length }) => length > 1)) ? [keyParts()] : []),
    ...tables.map((table) => whyTable(table, graph)),
    routine({
      name: "why",
      types: "regclass, text",
      template: "why/why.sql",
      comment:
        "Why a row is still there: select * from lastwill.why('drafts', '7'); owner_key is a secret. " +
        "No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge.",
      slots: { tables: lines(tables.map(whenTable)) },
    }),
  ];
}

/** An owned table, and all that names its rows. */
interface OwnedTable {
  readonly edges: readonly [Edge, ...Edge[]];
  /** The lists of columns by which a person may name a row. */
  readonly finds: readonly (readonly string[])[];
  /** The name of the function that answers for it. */
  readonly why: string;
}

function ownedTables(graph: Graph): OwnedTable[] {
  const all = edgesOf(graph);
  const tables = new Map(all.map(({ table }) => [table.join("\0"), table]));
  return [...tables.values()].flatMap((table) => {
    const [first, ...more] = edgesOver(graph, table);
    return first ? [ownedTable([first, ...more])] : [];
  });
}

function ownedTable(edges: OwnedTable["edges"]): OwnedTable {
  const finds = new Map(edges.map(({ display }) => [display.join("\0"), display]));
  const [{ owner, name }] = edges;
  return {
    edges,
    finds: [...finds.values()],
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
  return render("why/when_table.sql", {
    table: nameText(...edge.table),
    why,
  });
}

function whyTable(table: OwnedTable, graph: Graph): DbObject {
  const [{ table: owned, written }] = table.edges;
  return routine({
    name: table.why,
    types: "text",
    template: "why/table.sql",
    comment: `Why a row of ${written} is still there.`,
    slots: {
      why: table.why,
      owned,
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
  const pairs = columns.map((column) => `owned.${identifier(column)} = ${asked(column)}` as Sql);
  const values = columns.map((column, index) => {
    const part = columns.length === 1 ? "key" : `(lastwill.key_parts(key))[${index + 1}]`;
    return `${literal(column)}, ${part}` as Sql;
  });
  return render("why/find.sql", {
    owned,
    values: join(values, ",\n"),
    is_it: join(pairs, "\n  and "),
  });
}

/** Every reason that there may be, each a statement that gives the rows to which it applies. */
function reasonsOf(table: OwnedTable, graph: Graph): Sql[] {
  const decided = table.edges.filter(isDecided);
  const keys = new Set(decided.map(({ key }) => key.column));
  return [
    ...graph.owners.flatMap((owner) =>
      owner.edges.filter((edge) => table.edges.includes(edge)).map((edge) => tieSql(owner, edge)),
    ),
    ...table.edges.flatMap(rowSql),
    ...[...keys].map((column) =>
      render("why/waits.sql", {
        edges: textArray(decided.filter(({ key }) => key.column === column).map(({ id }) => id)),
        key: asked(column),
      }),
    ),
    ...table.edges.filter(isPolymorphic).map(waitsWithOwner),
    ...(decided.length > 0 ? [render("why/backfill.sql")] : []),
  ];
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
