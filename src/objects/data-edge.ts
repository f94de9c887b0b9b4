import { type DataEdge, type Graph, type Owner, parentKey } from "../graph.ts";
import { objectName } from "../names.ts";
import { duration } from "../sql/expiry.ts";
import { identifier, identifiers, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { decidedObjects } from "./decided.ts";
import { type EdgeNames, edgeNames, pointerText } from "./edge-names.ts";
import { takeBackSql } from "./last-owner.ts";
import { namedFunction } from "./named.ts";
import { type DbObject, relation, routine } from "./object.ts";

/**
 * A data edge is a table of links and the functions that keep it: `named` reads the pointer, `tie`
 * makes links, `release` and `end` cut them.
 */
export function dataEdgeObjects(edge: DataEdge, owner: Owner, graph: Graph): DbObject[] {
  const names = edgeNames(edge);
  const owner_type = parentKey(edge).type as Sql;
  const types = { owner_type, owned_type: edge.key.type as Sql };
  const owned = { owned: edge.table, key: edge.key.column };
  const pointer = pointerText(edge, owner);
  const owners = `${owner_type}[]`;
  const functions = [
    routine({
      name: names.tie,
      types: `${owner_type}, ${edge.key.type}[]`,
      template: "edge/data/tie.sql",
      comment: `Ties to an owner the ${edge.written} that it names (${pointer}).`,
      slots: {
        ...types,
        ...owned,
        tie: names.tie,
        link: names.link,
        pointer: (edge.pointer.kind === "path" ? "data" : "column") as Sql,
        take_back: takeBackSql(edge, "any(named::text[])" as Sql, graph),
        filter: filterSql(edge, names),
      },
    }),
    ...decidedObjects(edge, graph),
    routine({
      name: names.end,
      types: owners,
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
    releaseFunction(edge, types, names),
  ];
  return [
    linkTable(edge, owner, names, types),
    namedFunction(edge, names, pointer, owner.data?.format),
    ...(edge.guard === undefined ? [] : [guardsFunction(edge, edge.guard, names, graph)]),
    ...functions,
  ];
}

interface Types {
  readonly owner_type: Sql;
  readonly owned_type: Sql;
}

function linkTable(edge: DataEdge, owner: Owner, names: EdgeNames, types: Types): DbObject {
  const sentence = `${edge.id}: which ${edge.written} each ${edge.on.written} names (${pointerText(edge, owner)}).`;
  return relation({
    kind: "table",
    name: names.link,
    template: "edge/data/link.sql",
    comment: sentence,
    slots: {
      ...types,
      sentence: lineComment(sentence),
      link: names.link,
      primary_key: objectName(names.link, "pkey"),
      index: objectName(names.link, "by_owned"),
    },
    content: contentOf(edge, owner, types),
  });
}

/** What is read, as what, and what it names: of anything else the links would be others. */
function contentOf(edge: DataEdge, owner: Owner, types: Types): string {
  const pointer = `${pointerText(edge, owner)} (${owner.data?.format ?? "json"})`;
  const owned = `${qualified(...edge.table)} (${edge.key.column} ${types.owned_type})`;
  const owners = `${qualified(...edge.on.table)} (${parentKey(edge).column} ${types.owner_type})`;
  return `${pointer} of ${owners} → ${owned}`;
}

function releaseFunction(edge: DataEdge, types: Types, names: EdgeNames): DbObject {
  return routine({
    name: names.release,
    types: `${types.owner_type}[], ${types.owned_type}[]`,
    template: "edge/data/release.sql",
    comment: `Cuts the links of these owners; the ${edge.written} wait out a grace of ${duration(edge.grace)}.`,
    slots: {
      ...types,
      release: names.release,
      link: names.link,
      edge: edge.id,
      grace: duration(edge.grace),
    },
  });
}

function guardsFunction(
  edge: DataEdge,
  condition: string,
  names: EdgeNames,
  graph: Graph,
): DbObject {
  return routine({
    name: names.guards,
    types: `${qualified(...edge.on.table)}, ${qualified(...edge.table)}`,
    template: "edge/data/guards.sql",
    comment: `${edge.id}: whether an owner may tie a row that it names (${condition}).`,
    slots: {
      guards: names.guards,
      owner: edge.on.table,
      owned: edge.table,
      path: identifiers(graph.path),
      condition: condition as Sql,
    },
  });
}

/** What keeps a named row from being tied: a guard, or that somebody has claimed it. */
function filterSql(edge: DataEdge, names: EdgeNames): Sql {
  if (edge.guard === undefined && !edge.claim) return "" as Sql;
  const owned = `${qualified(...edge.table)} as owned on owned.${identifier(edge.key.column)} = tied.owned_key`;
  if (edge.guard === undefined) {
    return render("edge/data/filter.sql", {
      sentence: "What somebody has claimed is not tied again." as Sql,
      rows: `left join ${owned}` as Sql,
      condition: `owned.${identifier(edge.claim?.column ?? "")} is null` as Sql,
    });
  }
  const owner = `${qualified(...edge.on.table)} as owner on owner.${identifier(parentKey(edge).column)} = naming`;
  const claimed = edge.claim ? `\n  and owned.${identifier(edge.claim.column)} is null` : "";
  return render("edge/data/filter.sql", {
    sentence:
      "Only what the owner may tie; a row that is not there yet cannot be asked, and is not tied." as Sql,
    rows: `join ${owner}\njoin ${owned}` as Sql,
    condition: `${qualified("lastwill", names.guards)}(owner.*, owned.*)${claimed}` as Sql,
  });
}
