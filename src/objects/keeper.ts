import { objectName } from "../names.ts";
import type { Slots } from "../sql/template.ts";
import { type DbObject, eventObjects } from "./object.ts";
import type { Trunk } from "./parent.ts";

type Event = "inserted" | "changed" | "deleted" | "truncated";

/** Makes a trigger function and its trigger, both named for the event. */
export function keeperOf(
  trunk: Trunk,
): (
  event: Event,
  comment: string,
  slots: Slots,
  triggerSlots?: Slots,
  file?: string,
) => DbObject[] {
  return (event, comment, slots, triggerSlots = {}, file = undefined) =>
    eventObjects({
      name: objectName(trunk.name, event),
      table: trunk.table,
      template: `owner/${event}`,
      file: file === undefined ? undefined : `owner/${file}.sql`,
      comment,
      slots: { ...slots, table: trunk.table },
      triggerSlots,
    });
}
