import type { Fault, Path } from "../faults.ts";
import { isFields, type OwnerNode, ownersIn } from "./tree.ts";

/**
 * What the manifest asks for that the grammar knows and this version cannot do yet, each with a way to
 * do without.
 */
export function notYetFaults(manifest: unknown): Fault[] {
  return ownersIn(manifest).flatMap(sweepFaults);
}

function sweepFaults({ path, fields: { sweep } }: OwnerNode): Fault[] {
  if (!isFields(sweep)) return [];
  const faults: Fault[] = [];
  if (typeof sweep["workers"] === "number" && sweep["workers"] > 1) {
    const fix = "Remove it: one sweep ends thousands of rows a second.";
    faults.push(later([...path, "sweep", "workers"], "value", "more than one worker", fix));
  }
  if (sweep["hold_over"] !== undefined) {
    const fix = "Remove it; until then the sweep does not hold, however many rows are due.";
    faults.push(later([...path, "sweep", "hold_over"], "key", "hold_over", fix));
  }
  return faults;
}

function later(path: Path, on: Fault["on"], subject: string, fix: string): Fault {
  return { path, on, what: `${subject} comes in a later release`, fix };
}
