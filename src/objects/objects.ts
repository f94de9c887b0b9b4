import type { Graph } from "../graph.ts";
import { cronLogObject, cronObjects, cronStatusObject } from "./cron.ts";
import { grantObjects } from "./grants.ts";
import type { DbObject } from "./object.ts";
import { outboxObjects } from "./outbox.ts";
import { ownerObjects } from "./owner.ts";
import { previewObjects } from "./preview.ts";
import { releaseOrphansObjects } from "./release-orphans.ts";
import { runtimeObjects } from "./runtime.ts";
import { sweepObjects } from "./sweep.ts";
import { viewObjects } from "./views.ts";
import { whyObjects } from "./why.ts";

/**
 * Everything that a graph needs in the database, each thing after those it needs: made from first to
 * last, dropped from last to first.
 */
export function objectsOf(graph: Graph): DbObject[] {
  const made = [
    ...runtimeObjects(graph),
    ...outboxObjects(),
    ...graph.owners.flatMap((owner) => ownerObjects(owner, graph)),
    cronStatusObject(),
    cronLogObject(),
    ...sweepObjects(graph),
    ...viewObjects(graph),
    ...whyObjects(graph),
    ...releaseOrphansObjects(graph),
    ...previewObjects(graph),
  ];
  return distinct(validationsLast([...made, ...grantObjects(graph, made), ...cronObjects(graph)]));
}

/** Orphans may stop a foreign key's validation, or take long: by then everything else is in place. */
function validationsLast(objects: DbObject[]): DbObject[] {
  const validates = ({ id }: DbObject) => /^(?:orphans|validation) of /.test(id);
  return [...objects.filter((object) => !validates(object)), ...objects.filter(validates)];
}

/**
 * Each thing once: two edges over one table may share its archive. Two declarations that make different
 * things under one name the manifest's checks should have caught.
 */
function distinct(objects: DbObject[]): DbObject[] {
  const seen = new Map<string, DbObject>();
  for (const object of objects) {
    const other = seen.get(object.id);
    if (other && other.create.join() !== object.create.join())
      throw new RangeError(`two declarations both make ${object.id}; give one another name`);
    if (!other) seen.set(object.id, object);
  }
  return [...seen.values()];
}
