import { type ColumnEdge, type Graph, isDecided } from "../graph.ts";
import { archivedObjects } from "./archive.ts";
import { decidedObjects, endReleasedFunction } from "./decided.ts";
import { foreignKeysOf, referenceObjects } from "./foreign-key.ts";
import type { DbObject } from "./object.ts";

/**
 * A column edge is a foreign key and an index: where a foreign key can do it, a foreign key does it.
 * Where something may keep a row, the key only sets the column null, and each row is decided.
 */
export function columnEdgeObjects(edge: ColumnEdge, graph: Graph): DbObject[] {
  const references = foreignKeysOf(edge).flatMap(referenceObjects);
  return isDecided(edge)
    ? [...references, ...decidedObjects(edge, graph), endReleasedFunction(edge)]
    : [...references, ...archivedObjects(edge)];
}
