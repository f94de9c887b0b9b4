import type { Fault, Path } from "../faults.ts";
import { shown } from "./problem.ts";
import { edgeName, type OwnerNode } from "./tree.ts";

const LONGEST_NAME = 63;

/** Names that schema lastwill has for itself, so that no owner's table or function can have them. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "owned owned_tree status orphan released sweep_run quarantine outbox undecodable paused sweep " +
    "pause preview"
  ).split(" "),
);

/** The faults of an owner's name. */
export function ownerNameFaults({ name, path }: OwnerNode): Fault[] {
  if (!RESERVED.has(name)) return nameFaults(name, path, "key");
  const what = `${shown(name)} is a name of lastwill's own`;
  return [{ path, on: "key", what, fix: "Choose another; the table keeps its name." }];
}

/** The faults of the names that an owner's edges have, at any depth. */
export function edgeNameFaults(owner: OwnerNode): Fault[] {
  const taken = new Set<string>();
  return owner.edges.flatMap(({ path: edge, fields }): Fault[] => {
    const name = edgeName(fields);
    if (!name) return [];
    const path = [...edge, "name" in fields ? "name" : "table"];
    const faults = nameFaults(name, path, "value");
    if (taken.has(name)) {
      const what = `owner ${shown(owner.name)} has another edge named ${shown(name)}`;
      faults.push({ path, on: "value", what, fix: 'Give one of the two a "name" of its own.' });
    }
    taken.add(name);
    return faults;
  });
}

function nameFaults(name: string, path: Path, on: Fault["on"]): Fault[] {
  if (name === "") return [{ path, on, what: "the name is empty", fix: "Write a name." }];
  if (Buffer.byteLength(name) <= LONGEST_NAME) return [];
  const what = `the name is longer than ${LONGEST_NAME} bytes`;
  return [{ path, on, what, fix: "Choose a shorter name: PostgreSQL would cut this one." }];
}

interface Taken {
  readonly owner: string;
  /** In the words of a fault: `owner "a" with edge "b"`. */
  readonly by: string;
  readonly fix: string;
}

/**
 * Objects in the database are named after owner and edge, `<owner>_<edge>`, and the table of a managed
 * owner after the owner alone.
 */
export function sharedNames(owners: readonly OwnerNode[]): Fault[] {
  const managed = owners.filter(({ fields }) => fields["managed"] === true);
  const taken = new Map<string, Taken>(
    managed.map(({ name }) => [
      name,
      { owner: name, by: `managed owner ${shown(name)}`, fix: 'Give the edge another "name".' },
    ]),
  );
  return owners.flatMap((owner) =>
    owner.edges.flatMap(({ path, fields }): Fault[] => {
      const edge = edgeName(fields);
      if (edge === undefined) return [];
      const link = `${owner.name}_${edge}`;
      const by = `owner ${shown(owner.name)} with edge ${shown(edge)}`;
      const other = taken.get(link);
      taken.set(link, { owner: owner.name, by, fix: 'Give one of the two edges another "name".' });
      if (!other || other.owner === owner.name) return [];
      const what = `${by} makes the name ${shown(link)}, as does ${other.by}`;
      const at = [...path, "name" in fields ? "name" : "table"];
      return [{ path: at, on: "value", what, fix: other.fix }];
    }),
  );
}
