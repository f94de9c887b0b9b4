import type { Fault, Path } from "../faults.ts";
import { edgeKeys } from "./edge-grammar.ts";
import { ownerKeys } from "./grammar.ts";
import { either, shown } from "./problem.ts";
import { didYouMean } from "./suggest.ts";
import {
  type EdgeNode,
  edgeName,
  type Fields,
  isFields,
  type OwnerNode,
  ownersIn,
} from "./tree.ts";

const TIES = ["by", "from", "through"] as const;
const LONGEST_NAME = 63;

/** Names that schema lastwill has for itself, so that no owner's table or function can have them. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    "owned owned_tree status orphan released sweep_run quarantine outbox undecodable sweep pause " +
    "preview"
  ).split(" "),
);

/** The faults that lie between a manifest's values, where the grammar sees each alone. */
export function ruleFaults(manifest: unknown): Fault[] {
  const owners = ownersIn(manifest);
  return [
    ...noOwners(manifest),
    ...owners.flatMap((owner) => [...ownerFaults(owner), ...edgesFaults(owner)]),
    ...sharedNames(owners),
  ];
}

function noOwners(manifest: unknown): Fault[] {
  const owners = isFields(manifest) ? manifest["owners"] : undefined;
  if (!isFields(owners) || Object.keys(owners).length > 0) return [];
  const fix = "Declare at least one: owners: {session: {store: connect-pg-simple}}.";
  return [{ path: ["owners"], on: "value", what: "no owner is declared", fix }];
}

function ownerFaults({ name, path, fields }: OwnerNode): Fault[] {
  const faults = nameFaults(name, path, "key");
  if (RESERVED.has(name)) {
    const what = `${shown(name)} is a name of lastwill's own`;
    faults.push({ path, on: "key", what, fix: "Choose another; the table keeps its name." });
  }
  const isFound = ["table", "store", "managed"].some((key) => isMeant(key, fields, ownerKeys));
  if (!isFound) {
    const fix = 'Name the "table" whose rows end, or the session "store" that made it.';
    faults.push({ path, on: "key", what: "the owner has neither a table nor a store", fix });
  }
  return faults;
}

function nameFaults(name: string, path: Path, on: Fault["on"]): Fault[] {
  if (name === "") return [{ path, on, what: "the name is empty", fix: "Write a name." }];
  if (Buffer.byteLength(name) <= LONGEST_NAME) return [];
  const what = `the name is longer than ${LONGEST_NAME} bytes`;
  return [{ path, on, what, fix: "Choose a shorter name: PostgreSQL would cut this one." }];
}

function edgesFaults(owner: OwnerNode): Fault[] {
  const paths = new Map<string, Path>();
  return owner.edges.flatMap((edge) => {
    const faults = [...tieFaults(edge), ...dataFaults(edge, owner)];
    const name = edgeName(edge.fields);
    if (!name) return faults;
    const path = [...edge.path, "name" in edge.fields ? "name" : "table"];
    faults.push(...nameFaults(name, path, "value"));
    if (paths.has(name)) {
      const what = `owner ${shown(owner.name)} has another edge named ${shown(name)}`;
      faults.push({ path, on: "value", what, fix: 'Give one of the two a "name" of its own.' });
    }
    paths.set(name, path);
    return faults;
  });
}

function tieFaults({ path, fields }: EdgeNode): Fault[] {
  const ties = TIES.filter((tie) => fields[tie] !== undefined);
  if (ties.length === 1) return replaceFaults(path, fields, ties[0]);
  if (ties.length > 1) {
    const what = `the edge has ${either(ties).replace(" or ", " and ")}, but only one tie is possible`;
    return [
      { path, on: "value", what, fix: "Keep one; another tie is another edge with its own name." },
    ];
  }
  if (TIES.some((tie) => isMeant(tie, fields, edgeKeys))) return [];
  const fix =
    'Write "by" with the owned table\'s column that holds the owner\'s key, or "from" with the place ' +
    "in the owner's data that holds the owned row's key.";
  return [{ path, on: "value", what: "the edge has no tie", fix }];
}

function replaceFaults(path: Path, fields: Fields, tie: string | undefined): Fault[] {
  if (tie !== "by" || fields["on_replace"] === undefined) return [];
  const what = "on_replace is for data edges only";
  const fix = "Remove it: a column edge has no pointer that the owner could replace.";
  return [{ path: [...path, "on_replace"], on: "key", what, fix }];
}

/** A path leads through the owner's data, so there must be such; a store has it, or is refused. */
function dataFaults({ path, fields, isNested }: EdgeNode, owner: OwnerNode): Fault[] {
  const leads = typeof fields["from"] === "string" && fields["by"] === undefined;
  const hasData = ["data", "store", "managed"].some((key) => isMeant(key, owner.fields, ownerKeys));
  if (!leads || isNested || hasData) return [];
  const what = `owner ${shown(owner.name)} has no data to find this in`;
  const fix =
    "Declare the column: data: {column: sess}. A column of its own is from: {column: cart_id}.";
  return [{ path: [...path, "from"], on: "value", what, fix }];
}

/** Whether a key is there and not `false`, if only misspelled: that is a fault already. */
function isMeant(key: string, fields: Fields, known: readonly string[]): boolean {
  if (fields[key] !== undefined && fields[key] !== false) return true;
  return Object.keys(fields).some(
    (word) => !known.includes(word) && didYouMean(word, known) === key,
  );
}

/** Objects in the database are named after owner and edge, `<owner>_<edge>`. */
function sharedNames(owners: readonly OwnerNode[]): Fault[] {
  const taken = new Map<string, { readonly owner: string; readonly edge: string }>();
  return owners.flatMap((owner) =>
    owner.edges.flatMap(({ path, fields }): Fault[] => {
      const edge = edgeName(fields);
      if (edge === undefined) return [];
      const link = `${owner.name}_${edge}`;
      const other = taken.get(link);
      taken.set(link, { owner: owner.name, edge });
      if (!other || other.owner === owner.name) return [];
      const what =
        `owner ${shown(owner.name)} with edge ${shown(edge)} makes the name ${shown(link)}, ` +
        `as does owner ${shown(other.owner)} with edge ${shown(other.edge)}`;
      const fix = 'Give one of the two edges another "name".';
      return [{ path: [...path, "name" in fields ? "name" : "table"], on: "value", what, fix }];
    }),
  );
}
