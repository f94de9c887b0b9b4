import { dataEdges, type Graph, type Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { dueSql, orderSql } from "../sql/expiry.ts";
import type { Sql } from "../sql/quote.ts";
import { backfill } from "./backfill.ts";
import { columnEdgeObjects } from "./column-edge.ts";
import { dataEdgeObjects } from "./data-edge.ts";
import { linkKeepers } from "./link-keepers.ts";
import { type DbObject, routine } from "./object.ts";
import { sourcesOf } from "./source.ts";

/** All that one owner needs: its edges, the triggers that keep links, and its batch of the sweep. */
export function ownerObjects(owner: Owner, graph: Graph): DbObject[] {
  const data = dataEdges(owner);
  const sources = sourcesOf(owner, data);
  return [
    ...owner.edges.flatMap((edge) =>
      edge.kind === "column" ? columnEdgeObjects(edge) : dataEdgeObjects(edge, owner, graph),
    ),
    ...(data.length === 0
      ? []
      : [...linkKeepers(owner, data, sources), ...backfill(owner, sources)]),
    sweepBatch(owner, graph),
  ];
}

/** The name of the function that sweeps a batch of an owner's rows. */
export function ownerSweepBatchName(owner: Owner): string {
  return objectName(owner.name, "sweep_batch");
}

function sweepBatch(owner: Owner, graph: Graph): DbObject {
  const name = ownerSweepBatchName(owner);
  return routine({
    name,
    types: "bigint, integer",
    template: "owner/sweep_batch.sql",
    comment: `One batch of the sweep: ends expired rows of ${owner.written}.`,
    slots: {
      sweep_batch: name,
      owner: owner.name,
      table: owner.table,
      key: owner.key.column,
      owner_type: owner.key.type as Sql,
      due: dueSql(owner.expires, "owner"),
      path: graph.path,
      order: orderSql(owner.expires, "owner"),
    },
  });
}
