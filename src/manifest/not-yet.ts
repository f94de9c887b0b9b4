import type { Fault, Path } from "../faults.ts";
import { presetNames, presetOf } from "./presets.ts";
import { shown } from "./problem.ts";
import { type EdgeNode, type Fields, isFields, type OwnerNode, ownersIn } from "./tree.ts";

/** Keys of an edge that wait as a whole, and what to do without them. */
const EDGE_KEYS_LATER: Readonly<Record<string, string>> = {
  keep_when: "Remove it, and leave the edge out if such rows must survive: they would be deleted.",
  claim: "Remove it; until then, set the row's column that holds the owner's key to null yourself.",
  emit: "Remove it; a trigger of your own on the owned table can note the rows that go.",
  guard: "Remove it, and leave the edge out if a session may name rows that are not its own.",
};

const FORMATS_LATER = ["ruby-marshal", "php", "django"];
const STORES_LATER = ["rails", "django", "laravel", "better-auth", "authjs"];

/**
 * What the manifest asks for that the grammar knows and this version cannot do yet, each with a way to
 * do without.
 */
export function notYetFaults(manifest: unknown): Fault[] {
  return [
    ...ownersIn(manifest).flatMap((owner) => [
      ...ownerFaults(owner),
      ...owner.edges.flatMap(edgeFaults),
    ]),
    ...grantFaults(manifest),
  ];
}

function later(path: Path, on: Fault["on"], subject: string, fix: string): Fault {
  return { path, on, what: `${subject} comes in a later release`, fix };
}

function ownerFaults({ path, fields }: OwnerNode): Fault[] {
  const { data, store, managed } = fields;
  const faults = [...keyFaults(path, fields), ...sweepFaults(path, fields)];
  const format = isFields(data) ? data["format"] : undefined;
  if (typeof format === "string" && FORMATS_LATER.includes(format)) {
    const fix =
      "Leave out the data, and what is owned from it; columns can own already: from: {column}.";
    faults.push(later([...path, "data", "format"], "value", `data as ${shown(format)}`, fix));
  }
  if (typeof store === "string" && STORES_LATER.includes(store) && !presetOf(store)) {
    const fix = `Write table, key and expires in its place; ${presetNames().join(", ")} is there already.`;
    faults.push(later([...path, "store"], "value", `the store ${shown(store)}`, fix));
  }
  if (managed === true) {
    const fix = "Leave this owner out, or keep the sessions in a table and name that.";
    faults.push(later([...path, "managed"], "key", "managed", fix));
  }
  return faults;
}

function keyFaults(path: Path, { key }: Fields): Fault[] {
  if (!Array.isArray(key) || key.length < 2) return [];
  const fix = "Name one column that is unique and not null.";
  return [later([...path, "key"], "value", "a key of several columns", fix)];
}

function sweepFaults(path: Path, { sweep }: Fields): Fault[] {
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

function edgeFaults(edge: EdgeNode): Fault[] {
  const { path, fields } = edge;
  const faults = [...keyFaults(path, fields), ...tieFaults(edge)];
  for (const [key, fix] of Object.entries(EDGE_KEYS_LATER)) {
    if (fields[key] !== undefined) faults.push(later([...path, key], "key", key, fix));
  }
  const policy = policyLater(fields["on_delete"]);
  if (policy) {
    const fix = 'Write "cascade" if the row may be deleted; leave the edge out if it may not.';
    faults.push(later([...path, "on_delete"], "value", policy, fix));
  }
  return faults;
}

function tieFaults({ path, fields, isNested }: EdgeNode): Fault[] {
  const { by, from, through, grace } = fields;
  const faults: Fault[] = [];
  const tieBy = [...path, "by"];
  if (Array.isArray(by) && by.length > 1) {
    const fix = "Tie the rows by one column that holds a unique key of the owner.";
    faults.push(later(tieBy, "value", "by with several columns", fix));
  } else if (isFields(by)) {
    const fix = "Leave this edge out, or give the table a column of its own for this owner's key.";
    faults.push(later(tieBy, "value", "by with a type column", fix));
  }
  if (by !== undefined && from === undefined && grace !== undefined) {
    const fix = "Remove it: the row ends with its owner, in the same transaction.";
    faults.push(later([...path, "grace"], "key", "grace on a column edge", fix));
  }
  if (through !== undefined && by === undefined && from === undefined) {
    const fix = "Leave this edge out; a column edge can own the table between the two.";
    faults.push(later([...path, "through"], "key", "through", fix));
  }
  if (from !== undefined && by === undefined && isNested) {
    const fix = "Put the edge directly under the owner, or tie it by a column.";
    faults.push(later([...path, "from"], "key", "from below another edge", fix));
  }
  return faults;
}

function policyLater(policy: unknown): string | undefined {
  if (policy === "set_null") return "set_null";
  if (!isFields(policy)) return undefined;
  return ["soft_delete", "archive"].find((name) => name in policy);
}

function grantFaults(manifest: unknown): Fault[] {
  const grants = isFields(manifest) ? manifest["grants"] : undefined;
  if (!isFields(grants) || grants["tie"] === undefined) return [];
  const fix = "Remove it: there is nothing to adopt, claim or touch yet.";
  return [later(["grants", "tie"], "key", "grants.tie", fix)];
}
