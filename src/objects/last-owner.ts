import {
  type DecidedEdge,
  type Edge,
  edgesOver,
  type Graph,
  isDecided,
  type PolymorphicEdge,
  parentKey,
} from "../graph.ts";
import { identifier, join, qualified, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { stillThere } from "./policy.ts";
import { holdsText, keyInColumn, parentKeyOf } from "./polymorphic-rows.ts";

/** The edges whose released entries name a row by the same column as this edge's. */
export function sameKeyEdges(edge: DecidedEdge, graph: Graph): Sql {
  const same = decidedOver(edge, graph).filter((other) => other.key.column === edge.key.column);
  return textArray(same.map(({ id }) => id));
}

/** Takes back rows that some edge let go of, since this one ties them again: by a key, or `any(…)` of several. */
export function takeBackSql(edge: DecidedEdge, owned_key: Sql, graph: Graph): Sql {
  return render("edge/take_back.sql", { edges: sameKeyEdges(edge, graph), owned_key });
}

/** The edges over an edge's table whose rows are decided one by one. */
export function decidedOver(edge: Edge, graph: Graph): DecidedEdge[] {
  return edgesOver(graph, edge.table).filter(isDecided);
}

/** That the row behind `owned` ends: nobody ties it, nothing keeps it, and it has not ended before. */
export function endsSql(edge: DecidedEdge, graph: Graph): Sql {
  // Under set_null no row ends, so it does not matter who else has it.
  const isNulled = edge.policy.kind === "set_null";
  return join(
    [isNulled ? untiedSql(edge) : unnamedSql(edge, graph), ...nothingKeeps(edge, graph)],
    "\nand ",
  );
}

/**
 * That nothing keeps the row behind `owned`, for what one edge over its table keeps, none may end; and that it has not
 * ended before.
 */
export function nothingKeeps(edge: Edge, graph: Graph): Sql[] {
  const there = stillThere(edge);
  const notKept = edgesOver(graph, edge.table)
    .filter(hasKeeps)
    .map((other) => `${qualified("lastwill", edgeNames(other).keeps)}(owned.*) is not true` as Sql);
  return there === undefined ? notKept : [...notKept, there];
}

/** Whether something can keep a row whose last owner is gone. */
export function hasKeeps(edge: Edge): boolean {
  return edge.keepWhen !== undefined || edge.claim !== undefined;
}

/** That no owner ties the row behind `owned`, nor waits out a grace for it that is not over. */
export function unnamedSql(edge: DecidedEdge, graph: Graph): Sql {
  const over = edgesOver(graph, edge.table);
  const ties = over.map(untiedSql);
  const byKey = new Map(decidedOver(edge, graph).map((other) => [other.key.column, other]));
  const entries = [...byKey.values()].map((other) =>
    render("edge/unnamed_by_release.sql", {
      key: other.key.column,
      edges: sameKeyEdges(other, graph),
    }),
  );
  return join([...ties, ...othersSql(over), ...entries], "\nand ");
}

/** That a polymorphic row does not belong to somebody who is not declared, and so is no affair of ours. */
export function othersSql(over: readonly Edge[]): Sql[] {
  const columns = new Map<string, PolymorphicEdge[]>();
  for (const edge of over) {
    if (edge.kind !== "polymorphic") continue;
    const key = JSON.stringify([edge.by.column, edge.typeColumn]);
    columns.set(key, [...(columns.get(key) ?? []), edge]);
  }
  return [...columns.values()].flatMap(([edge, ...same]) =>
    edge
      ? [
          render("edge/polymorphic/ours.sql", {
            by: edge.by.column,
            type_column: edge.typeColumn,
            types: textArray([edge, ...same].map(({ type }) => type)),
          }),
        ]
      : [],
  );
}

/** That this one edge does not tie the row behind `owned`. */
function untiedSql(edge: Edge): Sql {
  switch (edge.kind) {
    case "column": {
      const columns = edge.by.map((by) => render("edge/column/unnamed.sql", { by }));
      return (columns.length === 1 ? columns[0] : `(${columns.join(" or ")})`) as Sql;
    }
    case "polymorphic":
      return render("edge/polymorphic/unnamed.sql", {
        parent: edge.on.table,
        parent_key: parentKey(edge).column,
        parent_key_of_owned: parentKeyOf(edge, `owned.${identifier(edge.by.column)}`),
        exactly: exactlySql(edge),
        type_column: edge.typeColumn,
        type: edge.type,
      });
    case "through":
      return render("edge/through/unnamed.sql", {
        join: edge.join,
        to_owned: edge.toOwned.column,
        to_parent: edge.toParent.column,
        key: edge.key.column,
      });
    case "data":
      return render("edge/data/unnamed.sql", {
        link: edgeNames(edge).link,
        key: edge.key.column,
        owned_type: edge.key.type as Sql,
      });
  }
}

/** Another spelling of a number, 07, is found by no trigger, and so is no tie. */
export function exactlySql(edge: PolymorphicEdge): Sql {
  const by = `owned.${identifier(edge.by.column)}`;
  if (!holdsText(edge)) return "" as Sql;
  const key = keyInColumn(edge, `parent.${identifier(parentKey(edge).column)}`);
  return `and ${by} operator(pg_catalog.=) ${key}` as Sql;
}

/**
 * That no owner who is there ties the row behind `owned`, by the owners' own tables: what a link or a
 * join table says of an owner who went while triggers were off does not count. But for one edge, if one
 * is named.
 */
export function ownerlessSql(edge: Edge, graph: Graph, except?: Edge): Sql {
  const over = edgesOver(graph, edge.table).filter((other) => other !== except);
  return join([...over.map(noOwnerSql), ...nothingKeeps(edge, graph)], "\nand ");
}

function noOwnerSql(edge: Edge): Sql {
  const owner = () => ({ owner: edge.on.table, owner_key: parentKey(edge).column });
  switch (edge.kind) {
    case "data":
      return render("view/unnamed_by_owner.sql", {
        ...owner(),
        link: edgeNames(edge).link,
        key: edge.key.column,
      });
    case "through":
      return render("view/unnamed_by_join.sql", {
        ...owner(),
        join: edge.join,
        to_parent: edge.toParent.column,
        to_owned: edge.toOwned.column,
        key: edge.key.column,
      });
    default:
      return untiedSql(edge);
  }
}
