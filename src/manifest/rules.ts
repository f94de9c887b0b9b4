import type { Fault } from "../faults.ts";
import { edgeRuleFaults } from "./edge-rules.ts";
import { formerNameFaults } from "./former-names.ts";
import { edgeNameFaults, sharedNames } from "./name-rules.ts";
import { ownerRuleFaults } from "./owner-rules.ts";
import { isFields, ownersIn } from "./tree.ts";

/** The faults that lie between a manifest's values, where the grammar sees each alone. */
export function ruleFaults(manifest: unknown): Fault[] {
  const owners = ownersIn(manifest);
  return [
    ...noOwners(manifest),
    ...owners.flatMap((owner) => [
      ...ownerRuleFaults(owner),
      ...owner.edges.flatMap((edge) => edgeRuleFaults(edge, owner)),
      ...edgeNameFaults(owner),
    ]),
    ...sharedNames(owners),
    ...formerNameFaults(owners),
  ];
}

function noOwners(manifest: unknown): Fault[] {
  const owners = isFields(manifest) ? manifest["owners"] : undefined;
  if (!isFields(owners) || Object.keys(owners).length > 0) return [];
  const fix = "Declare at least one: owners: {session: {store: connect-pg-simple}}.";
  return [{ path: ["owners"], on: "value", what: "no owner is declared", fix }];
}
