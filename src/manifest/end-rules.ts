import type { Fault } from "../faults.ts";
import { parseInterval } from "./interval.ts";
import { columnsIn, type EdgeNode, type Fields, isFields, type TieName } from "./tree.ts";

/** Keys that have no use where rows never end, and what to do about each. */
const NOT_BESIDE_SET_NULL = {
  keep_when: "Remove it: every row survives, detached.",
  grace: "Remove it: there is nothing to wait for.",
  claim: "Remove it, and set the column yourself; or write another on_delete.",
  emit: "Remove it: there is nothing to announce.",
} as const;

const PLAIN_ONLY = "such a tie is a plain foreign key, with cascade, set_null and archive only.";

/** What is declared of how an owned row ends or survives, and its tie cannot do. */
export function endFaults(edge: EdgeNode, tie: TieName): Fault[] {
  const faults = [
    ...setNullFaults(edge, tie),
    ...(tie === "by" ? [...severalFaults(edge), ...graceFaults(edge)] : []),
    ...claimFaults(edge),
  ];
  // A key that is impossible for two reasons is removed once.
  const keyOf = (fault: Fault) => fault.path.at(-1);
  return faults.filter(
    (fault, index) => faults.findIndex((other) => keyOf(other) === keyOf(fault)) === index,
  );
}

function at({ path }: EdgeNode, key: string, on: Fault["on"], what: string, fix: string): Fault {
  return { path: [...path, key], on, what, fix };
}

function setNullFaults(edge: EdgeNode, tie: TieName): Fault[] {
  const { fields } = edge;
  if (fields["on_delete"] !== "set_null") return [];
  if (tie !== "by") {
    const what = `with ${tie}, the owned row has no column that could be set null`;
    const fix = "Write another policy, or leave the edge out if the row is to stay.";
    return [at(edge, "on_delete", "value", what, fix)];
  }
  return Object.entries(NOT_BESIDE_SET_NULL)
    .filter(([key]) => isAsked(key, fields))
    .map(([key, fix]) =>
      at(edge, key, "key", `${key} has no use beside set_null, under which no row ends`, fix),
    );
}

function severalFaults(edge: EdgeNode): Fault[] {
  const { fields } = edge;
  if ((columnsIn(fields["by"]) ?? 1) === 1) return [];
  const what = (subject: string) => `${subject} is not possible on a tie by several columns`;
  const faults = ["keep_when", "grace", "claim"]
    .filter((key) => isAsked(key, fields))
    .map((key) => at(edge, key, "key", what(key), `Remove it: ${PLAIN_ONLY}`));
  const policy = fields["on_delete"];
  if (isFields(policy) && policy["soft_delete"] !== undefined) {
    const fix = `Write another: ${PLAIN_ONLY}`;
    faults.push(at(edge, "on_delete", "value", what("soft_delete"), fix));
  }
  return faults;
}

/** Only an owner's key is ever replaced by another, at a login. */
function graceFaults(edge: EdgeNode): Fault[] {
  if (!edge.isNested || !isAsked("grace", edge.fields)) return [];
  const what = "grace is not possible here: the row ends with the row above it";
  const fix = "Remove it; rows that wait out a grace keep what they own.";
  return [at(edge, "grace", "key", what, fix)];
}

function claimFaults(edge: EdgeNode): Fault[] {
  const { fields, isNested } = edge;
  const { claim, by } = fields;
  if (claim === undefined) return [];
  if (isNested) {
    const what = "claim is for edges directly under an owner";
    return [at(edge, "claim", "key", what, "Remove it: what a claimed row owns goes with it.")];
  }
  const tied = isFields(by) ? [by["column"], by["type_column"]] : [by].flat();
  if (typeof claim !== "string" || !tied.includes(claim)) return [];
  const what = "claim names a column that ties the row to its owner";
  const fix = "Name another: claiming fills the one, and empties the other.";
  return [at(edge, "claim", "value", what, fix)];
}

/** Whether a key asks for something; a grace of 0 asks for nothing. */
function isAsked(key: string, fields: Fields): boolean {
  const value = fields[key];
  if (value === undefined) return false;
  return key !== "grace" || (value !== 0 && !(typeof value === "string" && isNone(value)));
}

function isNone(interval: string): boolean {
  return parseInterval(interval) === 0;
}
