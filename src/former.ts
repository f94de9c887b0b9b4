import type { Catalog } from "./catalog.ts";
import type { Edge, Graph, Owner, TableName } from "./graph.ts";
import type { DbObject } from "./objects/object.ts";

/** What a declaration was called when migrations were last generated, and which table it was about. */
export interface Former {
  /** Ids of what was declared then: `owner session`, `edge session.carts`. */
  readonly declared: ReadonlySet<string>;
  /** Tables that were renamed since, by the name that they have now, `schema.name` with a NUL between. */
  readonly tables: ReadonlyMap<string, TableName>;
}

/** What the last generation's objects tell of what was declared then. */
export function formerOf(before: readonly DbObject[], graph: Graph, catalog: Catalog): Former {
  const declared = new Map(
    before.flatMap(({ id, about }) => (about === undefined ? [] : [[id, about] as const])),
  );
  const names = { declared: new Set(declared.keys()), tables: new Map() };
  const former = formerGraph(graph, names);
  const tables = new Map<string, TableName>();
  const note = (id: string, now: TableName) => {
    const then = declared.get(id);
    const isGone =
      then && !catalog.relations.some(({ schema, name }) => schema === then[0] && name === then[1]);
    if (then && isGone && then[0] !== "lastwill") tables.set(now.join("\0"), then);
  };
  for (const owner of former.owners) {
    note(`owner ${owner.name}`, owner.table);
    for (const edge of owner.edges) note(`edge ${edge.id}`, edge.table);
  }
  return { ...names, tables };
}

/**
 * The graph as it would be if nothing had been renamed: under the names that a manifest's `was` tells,
 * where what it tells of was declared then, and over tables under their former names.
 */
export function formerGraph(graph: Graph, former: Former): Graph {
  return { ...graph, owners: graph.owners.map((owner) => formerOwner(owner, former)) };
}

function formerOwner(owner: Owner, former: Former): Owner {
  const name = formerName(owner, "owner ", former);
  const written = owner.managed ? renamedWritten(owner, name) : owner.written;
  const table = owner.managed ? (["lastwill", name] as const) : formerTable(owner.table, former);
  const edges = new Map<Edge, Edge>();
  for (const edge of owner.edges) {
    const parent = edge.parent && edges.get(edge.parent);
    const on = parent
      ? { ...edge.on, table: parent.table }
      : { ...edge.on, table, written: edge.parent ? edge.on.written : written };
    edges.set(edge, formerEdge({ ...edge, parent, on } as Edge, name, former));
  }
  return { ...owner, name, table, written, edges: [...edges.values()] };
}

function renamedWritten({ name, written }: Owner, former: string): string {
  return former === name ? written : `lastwill.${former}`;
}

function formerEdge(edge: Edge, owner: string, former: Former): Edge {
  const name = formerName(edge, `edge ${owner}.`, former);
  const table = formerTable(edge.table, former);
  const common = { ...edge, name, owner, id: `${owner}.${name}`, table };
  return edge.kind === "through"
    ? ({ ...common, join: formerTable(edge.join, former) } as Edge)
    : (common as Edge);
}

function formerName(
  { name, was }: { readonly name: string; readonly was: string | undefined },
  prefix: string,
  { declared }: Former,
): string {
  if (was === undefined || declared.has(`${prefix}${name}`)) return name;
  return declared.has(`${prefix}${was}`) ? was : name;
}

function formerTable(table: TableName, { tables }: Former): TableName {
  return tables.get(table.join("\0")) ?? table;
}
