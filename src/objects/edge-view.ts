import { type Edge, type Graph, isDecided, type Owner, type TableName } from "../graph.ts";
import { duration } from "../sql/expiry.ts";
import { unionAll } from "../sql/layout.ts";
import { join, literal, nameText, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { pointerText } from "./edge-names.ts";
import { type DbObject, relation } from "./object.ts";

/** The view lastwill.edge: what is declared, for who looks at rows and has no manifest. */
export function edgeView(graph: Graph): DbObject {
  const rows = graph.owners.flatMap((owner) => owner.edges.map((edge) => edgeRow(owner, edge)));
  return relation({
    kind: "view",
    name: "edge",
    template: "view/edge.sql",
    comment: "What is declared: a row for each edge.",
    slots: { edges: unionAll(rows, render("view/no_edge.sql")) },
  });
}

function edgeRow(owner: Owner, edge: Edge): Sql {
  return render("view/edge_row.sql", {
    edge: edge.id,
    owner: owner.name,
    owned: nameText(...edge.table),
    owned_by_key: textArray(edge.display),
    depth: edge.depth,
    parent_edge: textOrNull(edge.parent?.id),
    kind: edge.kind,
    tied_by: tiedBy(owner, edge),
    policy: edge.policy.kind,
    policy_target: textOrNull(policyTarget(edge)),
    one_by_one: (isDecided(edge) ? "true" : "false") as Sql,
    grace: duration(edge.grace),
    keep_when: textOrNull(edge.keepWhen),
    claim: textOrNull(edge.claim?.column),
    guard: textOrNull(edge.kind === "data" ? edge.guard : undefined),
    on_replace: textOrNull(edge.kind === "data" ? edge.onReplace : undefined),
  });
}

function textOrNull(text: string | undefined): Sql {
  return text === undefined ? ("null::text" as Sql) : (`${literal(text)}::text` as Sql);
}

/** What ties an owned row, for a person: `carts.session_sid → session.sid`. A table that is renamed is told by its new name. */
function tiedBy(owner: Owner, edge: Edge): Sql {
  const table = regclass(edge.table);
  const parent = regclass(edge.on.table);
  const key = literal(edge.on.key.map(({ column }) => column).join(", "));
  switch (edge.kind) {
    case "column":
      return format("%s.%s → %s.%s", table, literal(edge.by.join(", ")), parent, key);
    case "polymorphic": {
      const type = [literal(edge.typeColumn), literal(edge.type)];
      const by = literal(edge.by.column);
      return format("%s.%s → %s.%s, where %s is %s", table, by, parent, key, ...type);
    }
    case "through": {
      const columns = [literal(edge.toParent.column), literal(edge.toOwned.column)];
      return format("through %s: %s, %s", regclass(edge.join), ...columns);
    }
    case "data":
      return format("%s.%s", parent, literal(pointerText(edge, owner)));
  }
}

function regclass(table: TableName): Sql {
  return `${literal(nameText(...table))}::regclass` as Sql;
}

function format(pattern: string, ...values: readonly Sql[]): Sql {
  const parts = join([literal(pattern), ...values], ",\n");
  return `format(\n${parts.replaceAll(/^/gm, "  ")}\n)` as Sql;
}

function policyTarget(edge: Edge): string | undefined {
  switch (edge.policy.kind) {
    case "cascade":
      return undefined;
    case "set_null":
      if (edge.kind === "column") return edge.by.join(", ");
      return edge.kind === "polymorphic" ? edge.by.column : undefined;
    case "soft_delete":
      return edge.policy.column;
    case "archive":
      return nameText(...edge.policy.table);
  }
}
