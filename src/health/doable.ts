import type { DbObject } from "../objects/object.ts";
import type { Compared } from "./compare.ts";
import { makes } from "./makes.ts";
import { printedId } from "./printed-id.ts";
import { type Difference, goingFor, type Repair } from "./repair.ts";

/** What can be done before somebody has thought: the rest, tried all the same, would undo a whole transaction. */
export interface Doable {
  readonly objects: readonly DbObject[];
  readonly repairs: readonly {
    readonly thing: string;
    readonly isMissing: boolean;
    readonly repair: Repair;
  }[];
}

/** Leaves out what needs something that is missing and cannot be made; so what goes for it had better stay. */
export function doable(
  differences: readonly Difference[],
  compared: Compared,
  objects: readonly DbObject[],
): Doable {
  const left = leftOut(differences, compared, objects);
  const isLeft = (thing: string) => left.some((object) => makes(object, onWhich(thing, compared)));
  return {
    objects: objects.filter((object) => !left.includes(object)),
    repairs: differences.flatMap(({ finding: { object, state }, repair }) =>
      repair && ![object, ...goingFor(repair)].some(isLeft)
        ? [{ thing: object, isMissing: state === "missing", repair }]
        : [],
    ),
  };
}

function leftOut(
  differences: readonly Difference[],
  { wanted, failed }: Compared,
  objects: readonly DbObject[],
): DbObject[] {
  const parents = new Map(wanted.map(({ id, parent }) => [id, parent]));
  const unmade = new Set(
    differences.flatMap(({ finding: { object, state }, repair }) => {
      if (repair || (state !== "missing" && !failed.has(object))) return [];
      return object.startsWith("column ") ? [parents.get(object) ?? object] : [object];
    }),
  );
  const ids = new Set<string>();
  for (const { id, needs } of objects) {
    if (unmade.has(printedId(id)) || needs.some((need) => ids.has(need))) ids.add(id);
  }
  return objects.filter(({ id }) => ids.has(id));
}

/** The table of ours that an index is on; of all else, itself. */
function onWhich(thing: string, { wanted }: Compared): string {
  const parent = wanted.find(({ id }) => id === thing)?.parent;
  return thing.startsWith("index ") && parent ? parent : thing;
}
