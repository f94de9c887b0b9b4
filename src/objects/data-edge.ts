import type { DataEdge, Graph, KeyType, Owner } from "../graph.ts";
import { edgesOver } from "../graph.ts";
import { objectName } from "../names.ts";
import { duration } from "../sql/expiry.ts";
import { join, lineComment, literal, type Sql, textArray, textArrayLiteral } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { type DbObject, relation, routine } from "./object.ts";

/** What the functions of a data edge are called; all in schema lastwill. */
export interface DataEdgeNames {
  readonly link: string;
  readonly named: string;
  readonly tie: string;
  readonly release: string;
  readonly decide: string;
  readonly end: string;
  readonly sweepBatch: string;
}

/** The names of an edge's link table and functions, from owner and edge. */
export function dataEdgeNames(edge: DataEdge): DataEdgeNames {
  const name = (verb: string) => objectName(edge.owner, edge.name, verb);
  return {
    link: objectName(edge.owner, edge.name),
    named: name("named"),
    tie: name("tie"),
    release: name("release"),
    decide: name("decide"),
    end: name("end"),
    sweepBatch: name("sweep_batch"),
  };
}

/** What the owner hands to `named`: its decoded data, or the column that points. */
export function pointerType(edge: DataEdge): Sql {
  return (edge.pointer.kind === "path" ? "jsonb" : edge.pointer.type) as Sql;
}

/** Where the owner names the rows, for a person: `sess → uploads[].id`, `cart_id`. */
export function pointerText(edge: DataEdge, owner: Owner): string {
  return edge.pointer.kind === "column"
    ? edge.pointer.column
    : `${owner.data?.column} → ${edge.pointer.path.text}`;
}

/** The function that lets go of rows whose owner lives on or may come back under another key. */
export function letGo(edge: DataEdge): string {
  const names = dataEdgeNames(edge);
  return edge.grace === 0 ? names.end : names.release;
}

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
  const sentence = `${edge.id}: which ${edge.written} each ${owner.written} names (${pointer}).`;
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
        policy: render(`policy/${edge.policy}.sql`, {
          ...owned,
          unnamed: unnamedSql(edge, graph, true),
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
    ...(edge.grace === 0 ? [] : [releaseFunction(edge, owner, names)]),
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
  return [
    relation({
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
    }),
    namedFunction(edge, names, pointer),
    ...functions,
  ];
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
      owned: edge.table,
      key: edge.key.column,
      release: names.release,
      link: names.link,
      edge: edge.id,
      grace: duration(edge.grace),
    },
  });
}

function namedFunction(edge: DataEdge, names: DataEdgeNames, pointer: string): DbObject {
  const comment = `The keys of ${edge.written} that are named (${pointer}).`;
  const slots = { named: names.named, owned_type: edge.key.type as Sql };
  if (edge.pointer.kind === "column") {
    return routine({
      name: names.named,
      types: edge.pointer.type,
      template: "edge/data/named_by_column.sql",
      comment,
      slots: {
        ...slots,
        path: lineComment(edge.pointer.column),
        pointer_type: edge.pointer.type as Sql,
      },
    });
  }
  const legs = edge.pointer.path.legs;
  const last = legs.length - 1;
  const source = last === 0 ? "document" : `element_${last}`;
  const key = keySql(edge.key.type, downSql(source, legs[last] ?? []));
  return routine({
    name: names.named,
    types: "jsonb",
    template: last === 0 ? "edge/data/named_by_path.sql" : "edge/data/named_by_list.sql",
    comment,
    slots: {
      ...slots,
      path: lineComment(edge.pointer.path.text),
      key,
      ...(last === 0 ? {} : { elements: elementsSql(legs.slice(0, -1)) }),
    },
    needs: [`function lastwill.read_${readerOf(edge.key.type)}(jsonb)`],
  });
}

function elementsSql(legs: readonly (readonly string[])[]): Sql {
  const lists = legs.map((leg, index) => {
    const list = downSql(index === 0 ? "document" : `element_${index}`, leg);
    return `jsonb_path_query(${list}, 'strict $[*]', silent => true) as element_${index + 1}`;
  });
  return lists.join("\n  cross join lateral ") as Sql;
}

/** One step down by `->`, several by `#>`. */
function downSql(from: string, steps: readonly string[]): Sql {
  const [only] = steps;
  if (only === undefined) return from as Sql;
  return steps.length === 1
    ? (`${from} -> ${literal(only)}` as Sql)
    : (`${from} #> ${textArrayLiteral(steps)}` as Sql);
}

function keySql(type: KeyType, value: Sql): Sql {
  const read = `lastwill.read_${readerOf(type)}(${value})`;
  return (type === "bpchar" ? `${read}::bpchar` : read) as Sql;
}

function readerOf(type: KeyType): string {
  return type === "bpchar" ? "text" : type;
}

/** The edges whose released entries name a row by the same column as this edge's. */
function sameKeyEdges(edge: DataEdge, graph: Graph): Sql {
  const same = edgesOver(graph, edge.table).filter((other) => other.key.column === edge.key.column);
  return textArray(same.map(({ id }) => id));
}

/**
 * That no owner names the row behind `owned`; with `inGrace`, nor waits it out a grace that is not
 * over, whoever let go of it.
 */
export function unnamedSql(edge: DataEdge, graph: Graph, inGrace: boolean): Sql {
  const over = edgesOver(graph, edge.table);
  const links = over.map((other) =>
    render("edge/data/unnamed_by_link.sql", {
      link: dataEdgeNames(other).link,
      key: other.key.column,
    }),
  );
  const keys = inGrace ? [...new Map(over.map((other) => [other.key.column, other])).values()] : [];
  const entries = keys.map((other) =>
    render("edge/data/unnamed_by_release.sql", {
      key: other.key.column,
      edges: sameKeyEdges(other, graph),
    }),
  );
  return join([...links, ...entries], "\nand ");
}
