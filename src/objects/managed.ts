import type { Owner } from "../graph.ts";
import { objectName } from "../names.ts";
import { type DbObject, relation, routine } from "./object.ts";

/** The name of the function that renews a managed owner's session. */
export function touchName(owner: Owner): string {
  return objectName("touch", owner.name);
}

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
      name: touchName(owner),
      types: "text, interval",
      template: "managed/touch.sql",
      comment: "Writes down that a session is there and for how long; gives when it expires.",
      slots: { touch: touchName(owner), table, primary_key },
    }),
  ];
}
