import type { Graph } from "../graph.ts";
import { cronObjects, cronStatusObject } from "./cron.ts";
import { grantObjects } from "./grants.ts";
import type { DbObject } from "./object.ts";
import { ownerObjects } from "./owner.ts";
import { runtimeObjects } from "./runtime.ts";
import { sweepObjects } from "./sweep.ts";
import { viewObjects } from "./views.ts";

/**
 * Everything that a graph needs in the database, each thing after those it needs: made from first to
 * last, dropped from last to first.
 */
export function objectsOf(graph: Graph): DbObject[] {
  const objects = [
    ...runtimeObjects(graph),
    ...graph.owners.flatMap((owner) => ownerObjects(owner, graph)),
    cronStatusObject(),
    ...sweepObjects(graph),
    ...viewObjects(graph),
    ...grantObjects(graph),
    ...cronObjects(graph),
  ];
  return distinct(validationsLast(objects));
}

/** Old rows that break a foreign key stop its validation: by then everything else is in place. */
function validationsLast(objects: DbObject[]): DbObject[] {
  const validates = ({ id }: DbObject) => id.startsWith("validation of ");
  return [...objects.filter((object) => !validates(object)), ...objects.filter(validates)];
}

/** Two declarations whose names would meet in the database. The manifest's checks should have caught it. */
function distinct(objects: DbObject[]): DbObject[] {
  const seen = new Set<string>();
  for (const { id } of objects) {
    if (seen.has(id))
      throw new RangeError(`two declarations both make ${id}; give one another name`);
    seen.add(id);
  }
  return objects;
}
