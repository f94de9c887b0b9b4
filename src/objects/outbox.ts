import type { Sql } from "../sql/quote.ts";
import { renderStamped } from "../sql/template.ts";
import { type DbObject, relation, routine } from "./object.ts";

const TABLE = "table lastwill.outbox";

/**
 * The outbox, and how its consumers work on it. It is there whether or not an edge emits: a letter that
 * nobody has taken must not go with the last edge that wrote one.
 */
export function outboxObjects(): DbObject[] {
  const table = relation({
    kind: "table",
    name: "outbox",
    template: "runtime/outbox.sql",
    comment: "Letters of rows that are gone, until a consumer has handled them.",
  });
  return [
    table,
    routine({
      name: "outbox_notify",
      template: "outbox/notify.sql",
      comment: "Wakes the consumers of the outbox when letters come in.",
    }),
    notifyTrigger(),
    consumer(
      "take",
      "integer, interval, integer, text[]",
      "Hands out letters that are due: nobody else gets them until the lease is over. " +
        "A letter taken max_tries times before is given up instead; edges null is for all edges.",
    ),
    consumer("done", "bigint[]", "Strikes out letters that were handled."),
    consumer(
      "failed",
      "bigint, integer, text, interval, integer",
      "Notes that a letter's try failed; true when it is dead now. attempt is its tries as handed out; " +
        "null when another has it by now: nothing is noted then.",
    ),
    consumer(
      "give_back",
      "bigint[]",
      "Puts back letters that were taken and not begun; the try does not count.",
    ),
    consumer(
      "retry",
      "bigint",
      "Brings dead letters back, or the one named: select lastwill.outbox_retry(); Gives how many.",
    ),
  ];
}

function consumer(verb: string, types: string, comment: string): DbObject {
  return routine({
    name: `outbox_${verb}`,
    types,
    template: `outbox/${verb}.sql`,
    comment,
    needs: [TABLE],
  });
}

function notifyTrigger(): DbObject {
  return {
    id: "trigger outbox_notify on lastwill.outbox",
    phase: "install",
    create: [renderStamped("outbox/notify_trigger.sql", "Tells consumers of new letters.")],
    drop: ["drop trigger outbox_notify on lastwill.outbox;" as Sql],
    replaces: true,
    needs: [TABLE, "function lastwill.outbox_notify()"],
    hazards: [],
  };
}
