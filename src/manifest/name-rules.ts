import type { Fault, Path } from "../faults.ts";
import { shown } from "./problem.ts";
import { edgeName, type OwnerNode } from "./tree.ts";

const LONGEST_NAME = 63;

/** Names that schema lastwill has for itself, so that no owner's table or function can have them. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "owned owned_tree status orphan released sweep_run sweep_step sweep_setting hold quarantine " +
    "outbox undecodable paused backfill drift edge sweep pause preview why release_orphans"
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
 * Objects in the database are named after owner and edge, `<owner>_<edge>`, the table of a managed
 * owner after the owner alone, and the sequence of a sweep's windows `<owner>_window`.
 */
export function sharedNames(owners: readonly OwnerNode[]): Fault[] {
  const managed = owners.filter(({ fields }) => fields["managed"] === true);
  const fix = 'Give the edge another "name".';
  const windows = new Map<string, Taken>(
    owners.map(({ name }) => [
      `${name}_window`,
      { owner: "", by: `the sweep of owner ${shown(name)}`, fix },
    ]),
  );
  const taken = new Map<string, Taken>([
    ...managed.map(({ name }): [string, Taken] => [
      name,
      { owner: name, by: `managed owner ${shown(name)}`, fix },
    ]),
    ...windows,
  ]);
  const owned = managed.flatMap(({ name, path }): Fault[] => {
    const other = windows.get(name);
    const what = `managed owner ${shown(name)} makes the name ${shown(name)}, as does ${other?.by}`;
    return other ? [{ path, on: "key", what, fix: "Choose another." }] : [];
  });
  return owned.concat(sharedByEdges(owners, taken));
}

function sharedByEdges(owners: readonly OwnerNode[], taken: Map<string, Taken>): Fault[] {
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
