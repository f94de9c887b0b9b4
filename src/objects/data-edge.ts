import type { DataEdge, Graph, Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { duration } from "../sql/expiry.ts";
import { lineComment, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { type DataEdgeNames, dataEdgeNames, pointerText, pointerType } from "./data-edge-names.ts";
import { sameKeyEdges, unnamedSql } from "./last-owner.ts";
import { namedFunction } from "./named.ts";
import { type DbObject, relation, routine } from "./object.ts";

/**
 * A data edge is a table of links and the functions that keep it: `named` reads the pointer, `tie`
 * makes links, `release` and `end` cut them, `decide` asks whether a row has an owner left.
 */
export function dataEdgeObjects(edge: DataEdge, owner: Owner, graph: Graph): DbObject[] {
  const names = dataEdgeNames(edge);
  const types = { owner_type: owner.key.type as Sql, owned_type: edge.key.type as Sql };
  const owned = { owned: edge.table, key: edge.key.column };
  const pointer = pointerText(edge, owner);
  const owners = `${owner.key.type}[]`;
  const keys = `${edge.key.type}[]`;
  const functions = [
    routine({
      name: names.tie,
      types: `${owners}, ${pointerType(edge)}[]`,
      template: "edge/data/tie.sql",
      comment: `Ties to each owner the ${edge.written} that it names (${pointer}).`,
      slots: {
        ...types,
        ...owned,
        tie: names.tie,
        named: names.named,
        link: names.link,
        pointer: (edge.pointer.kind === "path" ? "data" : "column") as Sql,
        pointer_type: pointerType(edge),
        edges: sameKeyEdges(edge, graph),
      },
    }),
    routine({
      name: names.decide,
      types: keys,
      template: "edge/data/decide.sql",
      comment: `Ends those of these ${edge.written} that no owner names; gives what it could decide.`,
      slots: {
        owned_type: types.owned_type,
        ...owned,
        decide: names.decide,
        path: graph.path,
        unnamed: unnamedSql(edge, graph),
        policy: render(`policy/${edge.policy}.sql`, {
          ...owned,
          owned_type: types.owned_type,
          unnamed: unnamedSql(edge, graph),
        }),
      },
    }),
    routine({
      name: names.end,
      types: `${owners}, ${keys}`,
      template: "edge/data/end.sql",
      comment: `Cuts the links of these owners and ends at once the ${edge.written} that no other owner names.`,
      slots: {
        ...types,
        ...owned,
        end: names.end,
        decide: names.decide,
        link: names.link,
        edge: edge.id,
      },
    }),
    releaseFunction(edge, owner, names),
    routine({
      name: names.sweepBatch,
      types: "bigint, integer",
      template: "edge/data/sweep_batch.sql",
      comment: `One batch of the sweep: ends released ${edge.written} whose grace is over.`,
      slots: {
        owned_type: types.owned_type,
        ...owned,
        sweep_batch: names.sweepBatch,
        decide: names.decide,
        edge: edge.id,
        owner: owner.name,
      },
    }),
  ];
  return [linkTable(edge, owner, names), namedFunction(edge, names, pointer), ...functions];
}

/** With an edge goes what it had released: its rows stay, and nobody is to end them later. */
function linkTable(edge: DataEdge, owner: Owner, names: DataEdgeNames): DbObject {
  const sentence = `${edge.id}: which ${edge.written} each ${owner.written} names (${pointerText(edge, owner)}).`;
  const table = relation({
    kind: "table",
    name: names.link,
    template: "edge/data/link.sql",
    comment: sentence,
    slots: {
      owner_type: owner.key.type as Sql,
      owned_type: edge.key.type as Sql,
      sentence: lineComment(sentence),
      link: names.link,
      primary_key: objectName(names.link, "pkey"),
      index: objectName(names.link, "by_owned"),
    },
    needs: ["table lastwill.released", "table lastwill.quarantine"],
  });
  return { ...table, drop: [render("edge/data/forget.sql", { edge: edge.id }), ...table.drop] };
}

function releaseFunction(edge: DataEdge, owner: Owner, names: DataEdgeNames): DbObject {
  return routine({
    name: names.release,
    types: `${owner.key.type}[], ${edge.key.type}[]`,
    template: "edge/data/release.sql",
    comment: `Cuts the links of these owners; the ${edge.written} wait out a grace of ${duration(edge.grace)}.`,
    slots: {
      owner_type: owner.key.type as Sql,
      owned_type: edge.key.type as Sql,
      release: names.release,
      link: names.link,
      edge: edge.id,
      grace: duration(edge.grace),
    },
  });
}
