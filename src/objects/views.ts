import {
  type DecidedEdge,
  decidedEdges,
  type Edge,
  edgesOver,
  type Graph,
  isDataEdge,
  isDecided,
  type Owner,
} from "../graph.ts";
import { dueSql, momentSql } from "../sql/expiry.ts";
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
import { edgeNames } from "./edge-names.ts";
import { columnsText, keyText } from "./key-text.ts";
import { ownerlessSql } from "./last-owner.ts";
import { type DbObject, relation } from "./object.ts";
import { keyInColumn } from "./polymorphic-rows.ts";

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

/** Tables whose rows may rightly be without an owner are left out: nobody can tell which of them linger. */
function orphan(graph: Graph): DbObject {
  const tables = new Map<string, DecidedEdge>();
  for (const edge of graph.owners.flatMap(decidedEdges)) {
    const over = edgesOver(graph, edge.table);
    if (over.every(isForGood)) tables.set(edge.table.join("\0"), over.find(isDecided) ?? edge);
  }
  const selects = [...tables.values()].map((edge) =>
    render("view/orphan_table.sql", {
      edge: edge.id,
      owned: edge.table,
      owned_name: nameText(...edge.table),
      key: edge.key.column,
      unnamed: join([...belongsSql(edge), ownerlessSql(edge, graph)], "\nand "),
      edges: textArray(edgesOver(graph, edge.table).map(({ id }) => id)),
    }),
  );
  return relation({
    kind: "view",
    name: "orphan",
    template: "view/orphan.sql",
    comment: "Owned rows that no owner names and that wait for no sweep.",
    slots: { tables: selects.length > 0 ? join(selects, UNION) : render("view/no_orphan.sql") },
    needs: ["table lastwill.released", ...graph.owners.flatMap(linkTables)],
  });
}

/** Whether a row without a tie of this edge is one that lingers: not where it may have been let go of. */
function isForGood(edge: Edge): boolean {
  if (edge.kind === "column") return false;
  return edge.kind !== "data" || edge.onReplace === "release";
}

/** Rows of a polymorphic table that belong to others are not ours to judge. */
function belongsSql(edge: DecidedEdge): Sql[] {
  if (edge.kind !== "polymorphic") return [];
  const [by, type] = [identifier(edge.by.column), identifier(edge.typeColumn)];
  return [`owned.${by} is not null` as Sql, `owned.${type} = ${literal(edge.type)}` as Sql];
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
  return owner.edges
    .filter(isDataEdge)
    .map((edge) => `table ${qualified("lastwill", edgeNames(edge).link)}`);
}
