import { type Edge, type Graph, isDecided, type Owner } from "../graph.ts";
import { callName } from "../names.ts";
import { lines } from "../sql/layout.ts";
import { lineComment, pathText, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { type DbObject, routine } from "./object.ts";
import { keyInColumn, rowSlots } from "./polymorphic-rows.ts";

/** How rows of an owner are tied to another of its kind. What its data names follows by itself. */
export function adoptObjects(owner: Owner, graph: Graph): DbObject[] {
  const [only] = owner.key;
  const edges = adoptable(owner);
  if (edges.length === 0 || !only || owner.key.length > 1) return [];
  const waiting = edges.filter(isDecided).map(({ id }) => id);
  const statements = [
    ...edges.flatMap(adoptEdge),
    ...(waiting.length > 0
      ? [
          "-- What was waiting has an owner again.",
          render("adopt/forget.sql", { edges: textArray(waiting) }),
        ]
      : []),
  ];
  return [
    routine({
      name: callName("adopt", owner.name),
      types: `${only.type}, ${only.type}`,
      template: "adopt/adopt.sql",
      comment:
        `Ties what belongs to one row of ${owner.written} to another; gives how many rows. ` +
        "Rows that wait out their grace too. The error LW002 if there is no row new_key.",
      slots: {
        adopt: callName("adopt", owner.name),
        owner_type: only.type as Sql,
        table: owner.table,
        path: pathText(graph.path),
        key: only.column,
        missing: `there is no row of ${owner.written} with the new key`,
        edges: lines(statements).trimEnd() as Sql,
      },
    }),
  ];
}

/** The edges whose rows do not follow by themselves. */
function adoptable(owner: Owner): Exclude<Edge, { kind: "data" }>[] {
  return owner.edges.flatMap((edge) => (edge.depth === 1 && edge.kind !== "data" ? [edge] : []));
}

function adoptEdge(edge: Exclude<Edge, { kind: "data" }>): string[] {
  const title = `-- ${lineComment(edge.id)}`;
  switch (edge.kind) {
    case "column": {
      const slots = { owned: edge.table, by: edge.by[0] ?? "" };
      const attached = render("adopt/column.sql", slots);
      if (!isDecided(edge)) return [title, attached, ""];
      const released = render("adopt/released.sql", {
        ...slots,
        key: edge.key.column,
        owned_type: edge.key.type as Sql,
        edge: edge.id,
      });
      return [title, attached, "", released, ""];
    }
    case "polymorphic":
      return [
        title,
        render("adopt/polymorphic.sql", {
          ...rowSlots(edge),
          new_key: keyInColumn(edge, "new_key"),
          old_key: keyInColumn(edge, "old_key"),
        }),
        "",
      ];
    case "through":
      return [
        title,
        render("adopt/through.sql", {
          join: edge.join,
          to_parent: edge.toParent.column,
          to_owned: edge.toOwned.column,
          owned: edge.table,
          key: edge.key.column,
          owned_type: edge.key.type as Sql,
          edge: edge.id,
        }),
        "",
      ];
  }
}
