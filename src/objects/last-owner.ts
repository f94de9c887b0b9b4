import { type DataEdge, edgesOver, type Graph } from "../graph.ts";
import { join, type Sql, textArray } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import { dataEdgeNames } from "./data-edge-names.ts";

/** The edges whose released entries name a row by the same column as this edge's. */
export function sameKeyEdges(edge: DataEdge, graph: Graph): Sql {
  const same = edgesOver(graph, edge.table).filter((other) => other.key.column === edge.key.column);
  return textArray(same.map(({ id }) => id));
}

/** That no owner names the row behind `owned`, nor waits out a grace for it that is not over. */
export function unnamedSql(edge: DataEdge, graph: Graph): Sql {
  const over = edgesOver(graph, edge.table);
  const links = over.map((other) =>
    render("edge/data/unnamed_by_link.sql", {
      link: dataEdgeNames(other).link,
      key: other.key.column,
      owned_type: other.key.type as Sql,
    }),
  );
  const entries = [...new Map(over.map((other) => [other.key.column, other])).values()].map(
    (other) =>
      render("edge/data/unnamed_by_release.sql", {
        key: other.key.column,
        edges: sameKeyEdges(other, graph),
      }),
  );
  return join([...links, ...entries], "\nand ");
}

/** That no owner who is there names the row behind `owned`, by the owners' own tables. */
export function ownerlessSql(edge: DataEdge, graph: Graph): Sql {
  const over = graph.owners.flatMap((owner) =>
    edgesOver({ ...graph, owners: [owner] }, edge.table).map((other) =>
      render("view/unnamed_by_owner.sql", {
        link: dataEdgeNames(other).link,
        owner: owner.table,
        owner_key: owner.key.column,
        key: other.key.column,
      }),
    ),
  );
  return join(over, "\nand ");
}
