import { type ClaimColumn, type DecidedEdge, type Graph, isDecided, type Owner } from "../graph.ts";
import { callName } from "../names.ts";
import { lines } from "../sql/layout.ts";
import { identifier, lineComment, pathText, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { edgeNames } from "./edge-names.ts";
import { type DbObject, routine } from "./object.ts";
import { nothingSql } from "./policy.ts";
import { keyInColumn, rowSlots } from "./polymorphic-rows.ts";

type ClaimedEdge = DecidedEdge & { readonly claim: ClaimColumn };

/** How somebody claims what belongs to an owner; every claim column of an owner has one type. */
export function claimObjects(owner: Owner, graph: Graph): DbObject[] {
  const [only] = owner.key;
  const edges = owner.edges.filter(
    (edge): edge is ClaimedEdge => edge.claim !== undefined && isDecided(edge),
  );
  const [first] = edges;
  if (!first || !only) return [];
  const { type } = first.claim;
  return [
    routine({
      name: callName("claim", owner.name),
      types: `${only.type}, ${type}`,
      template: "claim/claim.sql",
      comment:
        `Gives somebody what belongs to a row of ${owner.written}; gives how many rows. ` +
        "Their claim column is filled with the value, and they end with no owner any more.",
      slots: {
        claim: callName("claim", owner.name),
        owner_type: only.type as Sql,
        claim_type: type as Sql,
        table: owner.table,
        path: pathText(graph.path),
        edges: lines([
          ...edges.flatMap(claimEdge),
          "-- What was waiting is somebody's now.",
          render("claim/forget.sql", { edges: textArray(edges.map(({ id }) => id)) }),
        ]),
      },
    }),
  ];
}

function claimEdge(edge: ClaimedEdge): string[] {
  const slots = { owned: edge.table, claim: edge.claim.column };
  const attached = [`-- ${lineComment(edge.id)}`, attachedSql(edge, slots), ""];
  // A polymorphic row that waits still names its owner.
  if (edge.kind === "polymorphic") return attached;
  const released = render("claim/released.sql", {
    ...slots,
    key: edge.key.column,
    owned_type: edge.key.type as Sql,
    edge: edge.id,
    detached: (edge.kind === "column"
      ? `\nand owned.${identifier(edge.by[0] ?? "")} is null`
      : "") as Sql,
  });
  return [...attached, released, ""];
}

function attachedSql(
  edge: ClaimedEdge,
  slots: { owned: readonly [string, string]; claim: string },
) {
  switch (edge.kind) {
    case "column":
      return render("claim/column.sql", { ...slots, by: edge.by[0] ?? "" });
    case "polymorphic":
      return render("claim/polymorphic.sql", {
        ...rowSlots(edge),
        claim: slots.claim,
        owner_key: keyInColumn(edge, "owner_key"),
        nothing: nothingSql(edge),
      });
    case "through":
      return render("claim/through.sql", {
        ...slots,
        join: edge.join,
        to_parent: edge.toParent.column,
        to_owned: edge.toOwned.column,
        key: edge.key.column,
      });
    case "data":
      return render("claim/data.sql", {
        ...slots,
        link: edgeNames(edge).link,
        key: edge.key.column,
      });
  }
}
