import { type Graph, parentKey, type ThroughEdge } from "../graph.ts";
import { objectName } from "../names.ts";
import { duration } from "../sql/expiry.ts";
import { lineComment, type Sql } from "../sql/quote.ts";
import { decidedObjects, endReleasedFunction } from "./decided.ts";
import { foreignKeysOf, referenceObjects } from "./foreign-key.ts";
import { endsSql, takeBackSql } from "./last-owner.ts";
import { type DbObject, eventObjects } from "./object.ts";
import { field } from "./source.ts";

/** When each of the functions on a join table is called. */
const TRIGGERS = {
  left: "trigger/after_delete.sql",
  moved: "edge/through/moved_trigger.sql",
  emptied: "trigger/before_truncate.sql",
} as const;

/**
 * A through edge is two foreign keys from the join table, and triggers there that release what a row
 * tied when it goes, is moved, or is emptied away.
 */
export function throughEdgeObjects(edge: ThroughEdge, graph: Graph): DbObject[] {
  const [owned, parent] = [edge.toOwned.column, edge.toParent.column];
  const waits = { edge: edge.id, grace: duration(edge.grace) };
  const columns = { to_owned: owned, to_parent: parent };
  const takesBack = `Takes back ${edge.written} that rows of ${edge.joinWritten} tie again.`;
  const there = { owned: edge.table, key: edge.key.column };
  const event = (
    verb: "left" | "moved" | "emptied",
    comment: string,
    slots: Parameters<typeof eventObjects>[0]["slots"],
    triggerSlots = {},
  ) =>
    eventObjects({
      name: objectName(edge.owner, edge.name, verb),
      table: edge.join,
      template: `edge/through/${verb}`,
      trigger: TRIGGERS[verb],
      comment,
      slots: { ...waits, join: edge.join, ...slots },
      triggerSlots,
    });
  return [
    ...foreignKeysOf(edge).flatMap(referenceObjects),
    ...decidedObjects(edge, graph),
    endReleasedFunction(edge),
    ...event(
      "left",
      `Releases the ${edge.written} that deleted rows of ${edge.joinWritten} tied.`,
      {
        ...columns,
        ...there,
        parent: edge.on.table,
        parent_key: parentKey(edge).column,
        ends: endsSql(edge, graph),
      },
    ),
    ...event(
      "moved",
      `Releases the ${edge.written} that changed rows of ${edge.joinWritten} tied before.`,
      {
        ...there,
        old_owned: field("old", owned),
        old_parent: field("old", parent),
      },
      columns,
    ),
    ...eventObjects({
      name: objectName(edge.owner, edge.name, "tied"),
      table: edge.join,
      template: "edge/through/tied",
      file: "edge/tied.sql",
      comment: takesBack,
      slots: {
        sentence: lineComment(takesBack),
        take_back: takeBackSql(edge, `${field("new", owned)}::text` as Sql, graph),
      },
      triggerSlots: columns,
    }),
    ...event(
      "emptied",
      `Releases the ${edge.written} that ${edge.joinWritten} tied before a TRUNCATE.`,
      columns,
    ),
  ];
}
