import type { Edge, Graph, Owner } from "../graph.ts";
import { adoptObjects } from "./adopt.ts";
import { archiveTableObjects } from "./archive.ts";
import { backfill } from "./backfill.ts";
import { claimObjects } from "./claim.ts";
import { columnEdgeObjects } from "./column-edge.ts";
import { dataEdgeObjects } from "./data-edge.ts";
import { declaredEdge, declaredOwner } from "./declared.ts";
import { emitObjects } from "./emit.ts";
import { keepers } from "./keepers.ts";
import { managedObjects } from "./managed.ts";
import type { DbObject } from "./object.ts";
import { ownerSweepObjects } from "./owner-sweep.ts";
import { trunksOf } from "./parent.ts";
import { polymorphicEdgeObjects } from "./polymorphic-edge.ts";
import { sourcesOf } from "./source.ts";
import { throughEdgeObjects } from "./through-edge.ts";

/** All that one owner needs: its edges, the triggers that keep them, and its batch of the sweep. */
export function ownerObjects(owner: Owner, graph: Graph): DbObject[] {
  return [
    declaredOwner(owner),
    ...managedObjects(owner),
    ...owner.edges.flatMap((edge) => [
      declaredEdge(edge),
      ...archiveTableObjects(edge),
      ...edgeObjects(edge, owner, graph),
      ...emitObjects(edge),
    ]),
    ...trunksOf(owner).flatMap((trunk) => {
      const sources = sourcesOf(trunk);
      return [
        ...keepers(trunk, sources, graph),
        ...(sources.length > 0 ? backfill(trunk, sources) : []),
      ];
    }),
    ...adoptObjects(owner, graph),
    ...claimObjects(owner, graph),
    ...ownerSweepObjects(owner, graph),
  ];
}

function edgeObjects(edge: Edge, owner: Owner, graph: Graph): DbObject[] {
  switch (edge.kind) {
    case "column":
      return columnEdgeObjects(edge, graph);
    case "polymorphic":
      return polymorphicEdgeObjects(edge, graph);
    case "through":
      return throughEdgeObjects(edge, graph);
    case "data":
      return dataEdgeObjects(edge, owner, graph);
  }
}
