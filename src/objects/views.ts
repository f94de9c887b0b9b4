import {
  type DataEdge,
  dataEdges,
  type Edge,
  edgesOver,
  type Graph,
  type Owner,
} from "../graph.ts";
import { dueSql, momentSql } from "../sql/expiry.ts";
import { identifier, join, literal, qualified, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { dataEdgeNames } from "./data-edge-names.ts";
import { ownerlessSql } from "./last-owner.ts";
import { type DbObject, relation } from "./object.ts";

const UNION = "\n\nunion all\n\n";

/** What a person looks at in psql. */
export function viewObjects(graph: Graph): DbObject[] {
  return [ownedTree(graph), owned(), orphan(graph), status(graph)];
}

function ownedTree(graph: Graph): DbObject {
  const selects = graph.owners.flatMap((owner) =>
    owner.edges.map((edge) => ownedEdge(owner, edge)),
  );
  return relation({
    kind: "view",
    name: "owned_tree",
    template: "view/owned_tree.sql",
    comment: "Who owns what, with the row each owned row hangs on.",
    slots: { edges: selects.length > 0 ? join(selects, UNION) : render("view/no_owned.sql") },
    needs: graph.owners.flatMap(linkTables),
  });
}

function owned(): DbObject {
  return relation({
    kind: "view",
    name: "owned",
    template: "view/owned.sql",
    comment:
      "Who owns what: a row for each owned row. With where owner_key = '…' it uses the indexes.",
    needs: ["view lastwill.owned_tree"],
  });
}

function ownedEdge(owner: Owner, edge: Edge): Sql {
  const chain: Edge[] = [];
  for (let link: Edge | undefined = edge; link; link = link.parent) chain.unshift(link);
  const parent = chain.length > 1 ? `owned_${chain.length - 1}` : "owner";
  return render("view/owned_edge.sql", {
    owner: owner.name,
    owner_table: owner.table,
    owner_key: owner.key.column,
    edge: edge.id,
    owned: qualified(...edge.table),
    owned_key: keyText(edge, `owned_${chain.length}`),
    depth: edge.depth,
    policy: edge.policy,
    expires_at: momentSql(owner.expires, "owner"),
    parent_edge: (edge.parent ? literal(edge.parent.id) : "null::text") as Sql,
    parent_key: (edge.parent
      ? keyText(edge.parent, parent)
      : `owner.${identifier(owner.key.column)}::text`) as Sql,
    joins: join(
      chain.map((link, index) => joinSql(owner, link, index + 1)),
      "\n",
    ),
  });
}

function joinSql(owner: Owner, edge: Edge, depth: number): Sql {
  const row = `owned_${depth}`;
  const above = depth === 1 ? "owner" : `owned_${depth - 1}`;
  const table = `join ${qualified(...edge.table)} as ${row}`;
  if (edge.kind === "column") {
    const [by, key] = [identifier(edge.by), identifier(edge.parentKey)];
    return `${table} on ${row}.${by} = ${above}.${key}` as Sql;
  }
  const link = qualified("lastwill", dataEdgeNames(edge).link);
  const [ownerKey, key] = [identifier(owner.key.column), identifier(edge.key.column)];
  return `join ${link} as link on link.owner_key = owner.${ownerKey}\n${table} on ${row}.${key} = link.owned_key` as Sql;
}

/** A row's key as text; a key of several columns as PostgreSQL prints a row: `(7,2)`. */
function keyText(edge: Edge, row: string): Sql {
  const columns = edge.kind === "data" ? [edge.key.column] : edge.key;
  const values = columns.map((column) => `${row}.${identifier(column)}`);
  return (values.length === 1 ? `${values[0]}::text` : `row(${values.join(", ")})::text`) as Sql;
}

/** Rows of edges with `on_replace: keep` may rightly be without an owner, so their tables are left out. */
function orphan(graph: Graph): DbObject {
  const tables = new Map<string, DataEdge>();
  for (const edge of graph.owners.flatMap(dataEdges)) {
    const over = edgesOver(graph, edge.table);
    if (over.every((other) => other.onReplace === "release")) {
      tables.set(edge.table.join("\0"), over[0] ?? edge);
    }
  }
  const selects = [...tables.values()].map((edge) =>
    render("view/orphan_table.sql", {
      edge: edge.id,
      owned: edge.table,
      owned_name: qualified(...edge.table),
      key: edge.key.column,
      unnamed: ownerlessSql(edge, graph),
      edges: textArray(edgesOver(graph, edge.table).map(({ id }) => id)),
    }),
  );
  return relation({
    kind: "view",
    name: "orphan",
    template: "view/orphan.sql",
    comment: "Rows of data edges that no owner names and that wait for no sweep.",
    slots: { tables: selects.length > 0 ? join(selects, UNION) : render("view/no_orphan.sql") },
    needs: ["table lastwill.released", ...graph.owners.flatMap(linkTables)],
  });
}

function status(graph: Graph): DbObject {
  const selects = graph.owners.map((owner) =>
    render("view/status_owner.sql", {
      owner: owner.name,
      table: owner.table,
      due: dueSql(owner.expires, "owner"),
      moment: momentSql(owner.expires, "owner"),
      edges: textArray(dataEdges(owner).map(({ id }) => id)),
    }),
  );
  return relation({
    kind: "view",
    name: "status",
    template: "view/status.sql",
    comment: "How each owner stands: live, due, waiting, put aside, and when the sweep last ran.",
    slots: { owners: join(selects, UNION) },
    needs: [
      "table lastwill.released",
      "table lastwill.sweep_run",
      "table lastwill.quarantine",
      "table lastwill.undecodable",
      "table lastwill.paused",
    ],
  });
}

function linkTables(owner: Owner): string[] {
  return dataEdges(owner).map((edge) => `table ${qualified("lastwill", dataEdgeNames(edge).link)}`);
}
