import type { Fault } from "../faults.ts";
import { edgeKeys } from "./edge-grammar.ts";
import { endFaults } from "./end-rules.ts";
import { ownerKeys } from "./grammar.ts";
import { keyFaults } from "./key-rules.ts";
import { isMeant } from "./meant.ts";
import { orphanFaults } from "./orphan-rules.ts";
import { presetOf } from "./presets.ts";
import { either, shown } from "./problem.ts";
import { type EdgeNode, type OwnerNode, TIES, tieName } from "./tree.ts";

/** Keys that only a data edge can have, and why. */
const DATA_ONLY = {
  guard: "Remove it: only a data edge lets an owner name rows that are not its own.",
  on_replace: "Remove it: only a data edge has a pointer that its owner could replace.",
} as const;

/** The faults that lie between an edge's keys, and between the edge and what it hangs on. */
export function edgeRuleFaults(edge: EdgeNode, owner: OwnerNode): Fault[] {
  const tie = tieName(edge.fields);
  if (tie === undefined) return tieFaults(edge);
  return [
    ...(tie === "from" ? fromFaults(edge, owner) : dataOnlyFaults(edge)),
    ...keyFaults(edge, tie),
    ...endFaults(edge, tie),
    ...orphanFaults(edge, owner, tie),
  ];
}

function tieFaults({ path, fields }: EdgeNode): Fault[] {
  const ties = TIES.filter((tie) => fields[tie] !== undefined);
  if (ties.length > 1) {
    const what = `the edge has ${either(ties).replace(" or ", " and ")}, but only one tie is possible`;
    const fix = "Keep one; another tie is another edge with its own name.";
    return [{ path, on: "value", what, fix }];
  }
  if (TIES.some((tie) => isMeant(tie, fields, edgeKeys))) return [];
  const fix =
    'Write "by" with the owned table\'s column that holds the owner\'s key, "from" with the place ' +
    "in the owner's data that holds the owned row's key, or \"through\" with the table between the two.";
  return [{ path, on: "value", what: "the edge has no tie", fix }];
}

function dataOnlyFaults({ path, fields }: EdgeNode): Fault[] {
  return Object.entries(DATA_ONLY).flatMap(([key, fix]): Fault[] => {
    if (fields[key] === undefined) return [];
    return [{ path: [...path, key], on: "key", what: `${key} is for data edges only`, fix }];
  });
}

/** A pointer leads through the data or a column of what the edge hangs on, so there must be such. */
function fromFaults(edge: EdgeNode, owner: OwnerNode): Fault[] {
  const { path, fields, isNested } = edge;
  const fault = (what: string, fix: string): Fault[] => [
    { path: [...path, "from"], on: "value", what, fix },
  ];
  if (!isNested && owner.fields["managed"] === true) {
    const what = "a managed owner has no data, and no columns of yours";
    return fault(what, 'Tie the rows by a column of theirs ("by"), or with "through".');
  }
  if (typeof fields["from"] !== "string") return [];
  if (isNested) {
    const { table } = edge.parent;
    const above = typeof table === "string" ? shown(table) : "the table above";
    const what = "an owned row has no declared data to find this in";
    return fault(
      what,
      `Name a column, from: {column: cart_id}, or declare ${above} as an owner of its own.`,
    );
  }
  if (hasData(owner)) return [];
  const what = `owner ${shown(owner.name)} has no data to find this in`;
  return fault(
    what,
    "Declare the column: data: {column: sess}. A column of its own is from: {column: cart_id}.",
  );
}

/** Whether data is declared, or comes with the store; a store that is unknown is a fault already. */
function hasData({ fields }: OwnerNode): boolean {
  if (isMeant("data", fields, ownerKeys)) return true;
  if (!isMeant("store", fields, ownerKeys)) return false;
  const { store } = fields;
  const preset = typeof store === "string" ? presetOf(store) : undefined;
  return preset === undefined || preset.data !== undefined;
}
