import type { Fault } from "../faults.ts";
import { shown } from "./problem.ts";
import { type EdgeNode, isFields, type OwnerNode, type TieName } from "./tree.ts";

/** What is said of orphans, and cannot be: each has a sentence of its own. */
export function orphanFaults(edge: EdgeNode, owner: OwnerNode, tie: TieName): Fault[] {
  const { path, fields, isNested } = edge;
  const { orphans, by, on_delete } = fields;
  if (orphans === undefined) return [];
  const fault = (on: Fault["on"], what: string, fix: string): Fault[] => [
    { path: [...path, "orphans"], on, what, fix },
  ];
  if (tie === "from" || isFields(by)) {
    const name = tie === "from" ? tie : "a type column";
    const what = `orphans is for edges with a foreign key, and ${name} makes none`;
    return fault("key", what, "Remove it: lastwill.orphan lists the rows that have nobody.");
  }
  if (orphans === "stop") return [];
  if (!isNested && owner.fields["managed"] === true) {
    const what = `${shown(orphans)} is not possible right under a managed owner: at first none of its keys is there, so that every row is an orphan`;
    const fix =
      "Remove it. When the migration stops, have each session that is there touched, and let go of the other rows by hand.";
    return fault("value", what, fix);
  }
  if (orphans === "set_null" && tie === "through") {
    const what =
      "with through, orphans are rows of the table between, of no use without their keys";
    return fault("value", what, 'Write "delete", or leave it out.');
  }
  if (orphans === "delete" && on_delete === "set_null") {
    const what = "delete is not possible beside on_delete: set_null, under which no row ends";
    return fault("value", what, 'Write "set_null", or leave it out and delete them by hand.');
  }
  return [];
}
