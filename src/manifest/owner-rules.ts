import type { Fault } from "../faults.ts";
import { ownerKeys } from "./grammar.ts";
import { isMeant } from "./meant.ts";
import { ownerNameFaults } from "./name-rules.ts";
import type { OwnerNode } from "./tree.ts";

/** What lastwill itself decides for a managed owner. */
const NOT_MANAGED = ["table", "key", "expires", "data", "store"];

/** The faults that lie between an owner's name and its keys. */
export function ownerRuleFaults(owner: OwnerNode): Fault[] {
  return [...ownerNameFaults(owner), ...tableFaults(owner), ...managedFaults(owner)];
}

function tableFaults({ path, fields }: OwnerNode): Fault[] {
  if (["table", "store", "managed"].some((key) => isMeant(key, fields, ownerKeys))) return [];
  const fix =
    'Name the "table" whose rows end, or the session "store" that made it; "managed: true" is for ' +
    "sessions that lie elsewhere.";
  const what = "the owner has neither a table nor a store";
  return [{ path, on: "key", what, fix }];
}

function managedFaults({ path, fields }: OwnerNode): Fault[] {
  if (fields["managed"] !== true) return [];
  return NOT_MANAGED.filter((key) => fields[key] !== undefined).map((key) => ({
    path: [...path, key],
    on: "key",
    what: `a managed owner takes no ${key}`,
    fix: 'Remove it, or "managed": lastwill makes the table of a managed owner itself.',
  }));
}
