import type { DecidedEdge, Graph } from "../graph.ts";
import {
  identifier,
  identifiers,
  lineComment,
  pathText,
  qualified,
  type Sql,
} from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { endsSql, hasKeeps, unnamedSql } from "./last-owner.ts";
import { type DbObject, routine } from "./object.ts";
import { nothingSql, policySql, stillThere } from "./policy.ts";
import { rowSlots } from "./polymorphic-rows.ts";

/**
 * What every edge has whose rows are decided one by one: `decide` asks whether a row has an owner
 * left, and ends it if not; `sweep_batch` does so for those whose grace is over.
 */
export function decidedObjects(edge: DecidedEdge, graph: Graph): DbObject[] {
  const names = edgeNames(edge);
  const owned_type = edge.key.type as Sql;
  const owned = { owned: edge.table, key: edge.key.column };
  const ends = endsSql(edge, graph);
  const alive = stillThere(edge);
  return [
    ...(hasKeeps(edge) ? [keepsFunction(edge, graph)] : []),
    routine({
      name: names.decide,
      types: `${edge.key.type}[]`,
      template: "edge/decide.sql",
      comment: `Ends those of these ${edge.written} that no owner has any more; gives what it could decide.`,
      slots: {
        owned_type,
        ...owned,
        decide: names.decide,
        path: pathText(graph.path),
        ends,
        policy: policySql(edge, ends),
        detach: detachSql(edge, graph),
      },
    }),
    routine({
      name: names.sweepBatch,
      types: "bigint, integer",
      template: "edge/sweep_batch.sql",
      comment: `One batch of the sweep: ends released ${edge.written} whose grace is over.`,
      slots: {
        owned_type,
        ...owned,
        sweep_batch: names.sweepBatch,
        decide: names.decide,
        edge: edge.id,
        owner: edge.owner,
        path: pathText(graph.path),
        alive: (alive === undefined ? "" : `and ${alive}`) as Sql,
        expand: expandSql(edge),
      },
    }),
  ];
}

/** For edges whose rows were released when their tie went: ends at once what these owners let go of. */
export function endReleasedFunction(edge: DecidedEdge): DbObject {
  const names = edgeNames(edge);
  return routine({
    name: names.end,
    types: "text[]",
    template: "edge/end_released.sql",
    comment: `Ends at once the ${edge.written} that these owners let go of and that no other has.`,
    slots: {
      end: names.end,
      decide: names.decide,
      edge: edge.id,
      owned_type: edge.key.type as Sql,
    },
  });
}

function keepsFunction(edge: DecidedEdge, graph: Graph): DbObject {
  const names = edgeNames(edge);
  const conditions = [
    ...(edge.claim ? [`${identifier(edge.claim.column)} is not null`] : []),
    ...(edge.keepWhen === undefined ? [] : [edge.keepWhen]),
  ];
  const sentence = `${edge.id}: whether a row survives its last owner (${conditions.join(", or ")}).`;
  const one = conditions.length === 1;
  return routine({
    name: names.keeps,
    types: qualified(...edge.table),
    template: "edge/keeps.sql",
    comment: sentence,
    slots: {
      sentence: lineComment(sentence),
      keeps: names.keeps,
      owned: edge.table,
      alias: edge.table[1],
      path: identifiers(graph.path),
      condition: conditions.map((text) => (one ? text : `(${text})`)).join("\n    or ") as Sql,
    },
  });
}

/** Of a polymorphic edge an owner may wait whose rows are still to be found. */
function expandSql(edge: DecidedEdge): Sql {
  if (edge.kind !== "polymorphic") return "" as Sql;
  return render("edge/polymorphic/expand.sql", {
    ...rowSlots(edge),
    edge: edge.id,
    key: edge.key.column,
    by_type: edge.by.type as Sql,
  });
}

/** A polymorphic row that is kept would go on naming an owner who is gone. */
function detachSql(edge: DecidedEdge, graph: Graph): Sql {
  if (edge.kind !== "polymorphic" || !hasKeeps(edge)) return "" as Sql;
  return render("edge/polymorphic/detach.sql", {
    ...rowSlots(edge),
    key: edge.key.column,
    owned_type: edge.key.type as Sql,
    keeps: edgeNames(edge).keeps,
    nothing: nothingSql(edge),
    unnamed: unnamedSql(edge, graph),
  });
}
