import { type ColumnEdge, type DecidedEdge, edgesOver, type Graph, isDecided } from "../graph.ts";
import { objectName } from "../names.ts";
import { lineComment, type Sql } from "../sql/quote.ts";
import { archivedObjects } from "./archive.ts";
import { decidedObjects, endReleasedFunction } from "./decided.ts";
import { foreignKeysOf, referenceObjects } from "./foreign-key.ts";
import { takeBackSql } from "./last-owner.ts";
import { type DbObject, eventObjects } from "./object.ts";
import { field } from "./source.ts";

/**
 * A column edge is a foreign key and an index: where a foreign key can do it, a foreign key does it.
 * Where something may keep a row, the key only sets the column null, and each row is decided.
 */
export function columnEdgeObjects(edge: ColumnEdge, graph: Graph): DbObject[] {
  const references = foreignKeysOf(edge).flatMap(referenceObjects);
  return isDecided(edge)
    ? [
        ...references,
        ...decidedObjects(edge, graph),
        endReleasedFunction(edge),
        ...tied(edge, edge, graph),
      ]
    : [...references, ...archivedObjects(edge), ...tiedBeside(edge, graph)];
}

/** Where a foreign key sets null by itself, the row may still be waiting for another edge. */
function tiedBeside(edge: ColumnEdge, graph: Graph): DbObject[] {
  const other = edgesOver(graph, edge.table).find(isDecided);
  return other ? tied(edge, other, graph) : [];
}

/** A row that waits and whose column is set again, by an application or by adopting it, waits no more. */
function tied(edge: ColumnEdge, waiting: DecidedEdge, graph: Graph): DbObject[] {
  const comment = `Takes back ${edge.written} whose ${edge.by.join(", ")} is set again.`;
  return eventObjects({
    name: objectName(edge.owner, edge.name, "tied"),
    table: edge.table,
    template: "edge/column/tied",
    file: "edge/tied.sql",
    comment,
    slots: {
      sentence: lineComment(comment),
      take_back: takeBackSql(waiting, `${field("new", waiting.key.column)}::text` as Sql, graph),
    },
    triggerSlots: { by: edge.by[0] ?? "" },
  });
}
