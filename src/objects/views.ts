import { chainTo, decidedEdges, type Edge, edgesOf, type Graph, type Owner } from "../graph.ts";
import { dueSql, momentSql } from "../sql/expiry.ts";
import { unionAll } from "../sql/layout.ts";
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
import { driftView } from "./drift.ts";
import { edgeNames, linkTables } from "./edge-names.ts";
import { edgeView } from "./edge-view.ts";
import { columnsText, keyText } from "./key-text.ts";
import { orphanView } from "./lingering.ts";
import { type DbObject, relation } from "./object.ts";
import { keyInColumn } from "./polymorphic-rows.ts";

/** What a person looks at in psql. */
export function viewObjects(graph: Graph): DbObject[] {
  return [
    edgeView(graph),
    ownedTree(graph),
    owned(),
    orphanView(graph),
    driftView(graph),
    status(graph),
  ];
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
    slots: { edges: unionAll(selects, render("view/no_owned.sql")) },
    needs: linkTables(edgesOf(graph)),
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
  const chain = chainTo(edge);
  const parent = chain.length > 1 ? `owned_${chain.length - 1}` : "owner";
  const ownerKey = columnsText(
    owner.key.map(({ column }) => column),
    "owner",
  );
  return render("view/owned_edge.sql", {
    owner: owner.name,
    owner_table: owner.table,
    owner_key: ownerKey,
    edge: edge.id,
    owned: nameText(...edge.table),
    owned_key: keyText(edge, `owned_${chain.length}`),
    depth: edge.depth,
    policy: edge.policy.kind,
    expires_at: momentSql(owner.expires, "owner"),
    parent_edge: (edge.parent ? literal(edge.parent.id) : "null::text") as Sql,
    parent_key: (edge.parent ? keyText(edge.parent, parent) : ownerKey) as Sql,
    joins: join(
      chain.map((link, index) => joinSql(link, index + 1)),
      "\n",
    ),
  });
}

function joinSql(edge: Edge, depth: number): Sql {
  const row = `owned_${depth}`;
  const above = depth === 1 ? "owner" : `owned_${depth - 1}`;
  const table = `join ${qualified(...edge.table)} as ${row}`;
  const keys = edge.on.key.map(({ column }) => `${above}.${identifier(column)}`);
  const [aboveKey] = keys;
  switch (edge.kind) {
    case "column": {
      const pairs = edge.by.map((by, index) => `${row}.${identifier(by)} = ${keys[index]}`);
      return `${table} on ${pairs.join(" and ")}` as Sql;
    }
    case "polymorphic": {
      // The column alone on its side, so that its index serves.
      const by = `${row}.${identifier(edge.by.column)} = ${keyInColumn(edge, `${aboveKey}`)}`;
      const type = `${row}.${identifier(edge.typeColumn)} = ${literal(edge.type)}`;
      return `${table} on ${by} and ${type}` as Sql;
    }
    case "through": {
      const tie = `tie_${depth}`;
      const toParent = `${tie}.${identifier(edge.toParent.column)} = ${aboveKey}`;
      const toOwned = `${row}.${identifier(edge.key.column)} = ${tie}.${identifier(edge.toOwned.column)}`;
      return `join ${qualified(...edge.join)} as ${tie} on ${toParent}\n${table} on ${toOwned}` as Sql;
    }
    case "data": {
      const link = `link_${depth}`;
      const toLink = `join ${qualified("lastwill", edgeNames(edge).link)} as ${link} on ${link}.owner_key = ${aboveKey}`;
      return `${toLink}\n${table} on ${row}.${identifier(edge.key.column)} = ${link}.owned_key` as Sql;
    }
  }
}

function status(graph: Graph): DbObject {
  const selects = graph.owners.map((owner) =>
    render("view/status_owner.sql", {
      owner: owner.name,
      table: owner.table,
      due: dueSql(owner.expires, "owner"),
      moment: momentSql(owner.expires, "owner"),
      edges: textArray(decidedEdges(owner).map(({ id }) => id)),
    }),
  );
  return relation({
    kind: "view",
    name: "status",
    template: "view/status.sql",
    comment: "How each owner stands: live, due, waiting, put aside, and when the sweep last ran.",
    slots: { owners: unionAll(selects) },
    needs: [
      "table lastwill.released",
      "table lastwill.sweep_run",
      "table lastwill.quarantine",
      "table lastwill.undecodable",
      "table lastwill.paused",
    ],
  });
}
