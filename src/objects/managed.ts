import type { Owner } from "../graph.ts";
import { callName, objectName } from "../names.ts";
import { type DbObject, relation, routine } from "./object.ts";

/** The table of an owner whose sessions lie elsewhere, and how an application touches one. */
export function managedObjects(owner: Owner): DbObject[] {
  if (!owner.managed) return [];
  const [, table] = owner.table;
  const primary_key = objectName(table, "pkey");
  return [
    relation({
      kind: "table",
      name: table,
      template: "managed/table.sql",
      comment: `${owner.name}: sessions that are kept elsewhere, and when each expires.`,
      slots: { table, primary_key, index: objectName(table, "by_expires_at") },
    }),
    routine({
      name: callName("touch", owner.name),
      types: "text, interval",
      template: "managed/touch.sql",
      comment:
        "Writes down that a session is there and for how long; gives when it expires. " +
        "With a ttl of 0 the next sweep ends it.",
      slots: { touch: callName("touch", owner.name), table, primary_key },
    }),
  ];
}
