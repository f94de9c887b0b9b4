import { type DataEdge, edgesOf, type Graph } from "../graph.ts";
import { objectName } from "../names.ts";
import { lines, unionAll } from "../sql/layout.ts";
import { qualified, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { ownerless } from "./backfill.ts";
import { edgeNames, linkTables } from "./edge-names.ts";
import { nothingKeeps } from "./last-owner.ts";
import { type DbObject, relation } from "./object.ts";
import { type Trunk, trunksOf } from "./parent.ts";
import { mayName, type Source, sourcesOf } from "./source.ts";

/** The view lastwill.drift: what owners name and no link says, and links of owners that are gone. */
export function driftView(graph: Graph): DbObject {
  const selects = graph.owners
    .flatMap(trunksOf)
    .flatMap((trunk) =>
      sourcesOf(trunk).flatMap((source) =>
        source.edges.flatMap((edge) => [
          unlinkedSelect(edge, trunk, source, graph),
          ownerlessSelect(edge, trunk),
        ]),
      ),
    );
  return relation({
    kind: "view",
    name: "drift",
    template: "view/drift.sql",
    comment:
      "Where links and what owners name are not the same, as when triggers were off. Empty when all is well.",
    slots: { edges: unionAll(selects, render("view/no_drift.sql")) },
    needs: linkTables(edgesOf(graph)),
  });
}

function unlinkedSelect(edge: DataEdge, trunk: Trunk, source: Source, graph: Graph): Sql {
  const { link, named, guards } = edgeNames(edge);
  const mayEnd = [
    ...(edge.guard === undefined
      ? []
      : [`${qualified("lastwill", guards)}(owner.*, owned.*)` as Sql]),
    ...nothingKeeps(edge, graph),
  ];
  return render("view/drift_unlinked.sql", {
    edge: edge.id,
    table: trunk.table,
    key: trunk.only.column,
    owner_type: trunk.only.type as Sql,
    owned: edge.table,
    owned_key: edge.key.column,
    named,
    pointer: source.read("owner"),
    link,
    may_name: mayName(trunk, { ...source, edges: [edge] }, "owner").join("\nor ") as Sql,
    may_end: lines(mayEnd.map((condition) => `and ${condition}`)),
    mend: mendOf(trunk),
  });
}

function ownerlessSelect(edge: DataEdge, trunk: Trunk): Sql {
  return render("view/drift_ownerless.sql", {
    edge: edge.id,
    mend: mendOf(trunk),
    ownerless: ownerless(trunk, edge),
  });
}

function mendOf({ name }: Trunk): string {
  return `call ${qualified("lastwill", objectName(name, "backfill"))}(anew => true);`;
}
