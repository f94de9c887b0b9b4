import type { Fault, Path } from "../faults.ts";
import { shown } from "./problem.ts";
import { edgeName, type OwnerNode } from "./tree.ts";

interface Named {
  readonly kind: "owner" | "edge";
  readonly name: string | undefined;
  readonly was: unknown;
  readonly path: Path;
}

/** The faults of `was`: a name is either a former one, of one thing, or still in use. */
export function formerNameFaults(owners: readonly OwnerNode[]): Fault[] {
  const ownerNames = owners.map(
    ({ name, path, fields }): Named => ({ kind: "owner", name, was: fields["was"], path }),
  );
  return [ownerNames, ...owners.map(edgesOf)].flatMap(faultsAmong);
}

function edgesOf({ edges }: OwnerNode): Named[] {
  return edges.map(({ path, fields }) => ({
    kind: "edge",
    name: edgeName(fields),
    was: fields["was"],
    path,
  }));
}

function faultsAmong(all: readonly Named[]): Fault[] {
  const former = new Set<string>();
  return all.flatMap(({ kind, was, path }): Fault[] => {
    if (typeof was !== "string") return [];
    const fault = (what: string, fix: string): Fault[] => [
      { path: [...path, "was"], on: "value", what, fix },
    ];
    if (all.some(({ name }) => name === was)) {
      return fault(
        `there is still an ${kind} named ${shown(was)}`,
        'Remove "was"; to give two things each other\'s name, rename in steps, with a migration for each.',
      );
    }
    if (former.has(was)) {
      return fault(`another ${kind} was ${shown(was)} as well`, "Keep one of the two.");
    }
    former.add(was);
    return [];
  });
}
