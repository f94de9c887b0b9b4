import type { Edge } from "../graph.ts";
import { objectName } from "../names.ts";
import { literal, type Sql } from "../sql/quote.ts";
import type { Slots } from "../sql/template.ts";
import { keyText } from "./key-text.ts";
import { type DbObject, eventObjects } from "./object.ts";
import { aliveSql } from "./policy.ts";
import { field } from "./source.ts";

/** When each of the functions is called. */
const TRIGGERS = {
  deleted: "trigger/after_delete.sql",
  emptied: "trigger/before_truncate.sql",
  marked: "emit/marked_trigger.sql",
} as const;

/**
 * The triggers that write a letter for each row that goes, whichever way: deleted by whomever, emptied
 * away, or, where that is the policy, marked as deleted. A row that was marked has had its letter.
 */
export function emitObjects(edge: Edge): DbObject[] {
  if (edge.emit.length === 0) return [];
  const soft = edge.policy.kind === "soft_delete" ? edge.policy : undefined;
  const condition = (soft ? `\nwhere ${aliveSql(soft, "gone")}` : "") as Sql;
  const event = (
    verb: keyof typeof TRIGGERS,
    when: string,
    row: "gone" | "new",
    slots: Slots,
    triggerSlots: Slots = {},
  ) =>
    eventObjects({
      name: objectName(edge.owner, edge.name, "emit", verb),
      table: edge.table,
      template: `emit/${verb}`,
      trigger: TRIGGERS[verb],
      comment: `A letter for each of the ${edge.written} ${when}.`,
      slots: { ...letter(edge, row), table: edge.table, ...slots },
      triggerSlots,
    });
  return [
    ...event("deleted", "that is deleted", "gone", { condition }),
    ...event("emptied", "before a TRUNCATE", "gone", { condition }),
    ...(soft
      ? event(
          "marked",
          "that is marked as deleted",
          "new",
          {},
          {
            column: soft.column,
            was_alive: aliveSql(soft, "old"),
            is_alive: aliveSql(soft, "new"),
          },
        )
      : []),
  ];
}

function letter(edge: Edge, row: "gone" | "new"): Slots {
  const pairs = edge.emit.map(({ column, isJson }) => {
    const value = field(row, column);
    return `${literal(column)}, ${isJson ? `lastwill.decode_json(${value}::text)` : value}`;
  });
  return {
    edge: edge.id,
    key: keyText(edge, row),
    payload: `jsonb_build_object(${pairs.join(", ")})` as Sql,
  };
}
