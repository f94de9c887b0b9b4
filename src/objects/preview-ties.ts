import {
  type ColumnEdge,
  type DataEdge,
  type Edge,
  type Graph,
  isDecided,
  parentKey,
  type ThroughEdge,
} from "../graph.ts";
import { dueSql } from "../sql/expiry.ts";
import { identifier, nameText, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { decidedOver, exactlySql, othersSql, sameKeyEdges } from "./last-owner.ts";
import { namesSomebody } from "./orphans.ts";
import { stillThere } from "./policy.ts";
import { keyInColumn, parentKeyOf } from "./polymorphic-rows.ts";

/** That an owned row holds its parent's key. */
export function pairsSql({ by, on }: ColumnEdge): Sql {
  return by
    .map(
      (column, index) =>
        `owned.${identifier(column)} = parent.${identifier(on.key[index]?.column ?? "")}`,
    )
    .join(" and ") as Sql;
}

/** The rows that an edge lets go of, since the rows in `gone` that tie them are gone. */
export function letGoSql(edge: Edge, number: number, gone: string, graph: Graph): Sql {
  const slots = {
    number,
    gone,
    parent: edge.on.table,
    owned: edge.table,
    waits: waitsSql(edge, graph),
    stands: standsSql(edge),
  };
  switch (edge.kind) {
    case "column":
      return render("preview/let_go/column.sql", { ...slots, pairs: pairsSql(edge) });
    case "polymorphic":
      return render("preview/let_go/polymorphic.sql", {
        ...slots,
        by: edge.by.column,
        type_column: edge.typeColumn,
        type: edge.type,
        parent_key_in_column: keyInColumn(edge, `parent.${identifier(parentKey(edge).column)}`),
      });
    case "through":
      return render("preview/let_go/through.sql", { ...slots, ...throughSlots(edge) });
    case "data":
      return render("preview/let_go/data.sql", { ...slots, ...linkSlots(edge) });
  }
}

/** Whether a row waits out a grace: if its owner had not expired. Below another edge nothing waits. */
function waitsSql(edge: Edge, graph: Graph): Sql {
  const owner = graph.owners.find(({ name }) => name === edge.owner);
  if (!owner || edge.parent || edge.grace === 0) return "false" as Sql;
  return `(${dueSql(owner.expires, "parent")}) is not true` as Sql;
}

function standsSql(edge: Edge): Sql {
  const there = isDecided(edge) ? stillThere(edge) : undefined;
  return there === undefined ? ("true" as Sql) : (`(${there.replaceAll("\n", " ")})` as Sql);
}

/** The rows that an edge has let go of before, and whose grace is over. */
export function dueEntriesSql(edge: Edge, number: number): Sql[] {
  if (!isDecided(edge)) return [];
  const slots = {
    number,
    owned: edge.table,
    stands: standsSql(edge),
    edge: edge.id,
    owner: edge.owner,
  };
  const due = render("preview/let_go/due.sql", {
    ...slots,
    key: edge.key.column,
    owned_type: edge.key.type as Sql,
  });
  if (edge.kind !== "polymorphic") return [due];
  const { by, typeColumn: type_column, type } = edge;
  const ofOwner = render("preview/let_go/due_of_owner.sql", {
    ...slots,
    by: by.column,
    by_type: by.type as Sql,
    type_column,
    type,
  });
  return [due, ofOwner];
}

/** What holds on to rows of a table: each edge over it, graces that are not over, and owners that are not declared. */
export function heldSql(
  edges: readonly Edge[],
  goneOf: (edge: Edge) => string,
  graph: Graph,
): Sql[] {
  const first = edges.find(isDecided);
  if (!first) return [];
  const byKey = new Map(decidedOver(first, graph).map((edge) => [edge.key.column, edge]));
  return [
    ...edges.map((edge) => heldByEdge(edge, goneOf(edge))),
    ...[...byKey.values()].map((edge) =>
      render("preview/held/released.sql", {
        owned: edge.table,
        key: edge.key.column,
        edges: sameKeyEdges(edge, graph),
      }),
    ),
    ...othersSql(edges).map((ours) =>
      render("preview/held/undeclared.sql", { owned: first.table, ours }),
    ),
  ];
}

function heldByEdge(edge: Edge, gone: string): Sql {
  const slots = { owned: edge.table, parent: edge.on.table, gone };
  switch (edge.kind) {
    case "column":
      return render("preview/held/column.sql", {
        ...slots,
        pairs: pairsSql(edge),
        names_somebody: namesSomebody(edge.by),
      });
    case "polymorphic":
      return render("preview/held/polymorphic.sql", {
        ...slots,
        parent_text: nameText(...edge.on.table),
        parent_key: parentKey(edge).column,
        parent_key_of_owned: parentKeyOf(edge, `owned.${identifier(edge.by.column)}`),
        exactly: exactlySql(edge),
        type_column: edge.typeColumn,
        type: edge.type,
      });
    case "through":
      return render("preview/held/through.sql", { ...slots, ...throughSlots(edge) });
    case "data":
      return render("preview/held/data.sql", { ...slots, ...linkSlots(edge) });
  }
}

/** How a join table ties the two. */
function throughSlots(edge: ThroughEdge) {
  return {
    join: edge.join,
    to_parent: edge.toParent.column,
    to_owned: edge.toOwned.column,
    parent_key: parentKey(edge).column,
    key: edge.key.column,
  };
}

/** How links tie the two. */
function linkSlots(edge: DataEdge) {
  return {
    link: edgeNames(edge).link,
    parent_key: parentKey(edge).column,
    key: edge.key.column,
  };
}
