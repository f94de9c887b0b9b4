import { type Catalog, searchPathOver } from "../catalog.ts";
import type { Fault } from "../faults.ts";
import type { Edge, Graph, Owner, TableName } from "../graph.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { blockingForeignKeys } from "./blocking.ts";
import { checkBetweenEdges, checkRings } from "./conflicts.ts";
import { Notes } from "./notes.ts";
import { resolveOwner } from "./owner.ts";
import type { Warning } from "./warning.ts";
import { zoneWarnings } from "./zones.ts";

/** A graph, the faults that keep it from being whole, and what should make its author look twice. */
export interface Resolution {
  readonly graph: Graph;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Warning[];
}

/**
 * Holds a manifest against the catalog. Every fault is found in one go; where there is any, the graph
 * holds only what could be resolved, and nothing may be generated from it.
 */
export function resolve(manifest: Manifest, catalog: Catalog): Resolution {
  const notes = new Notes(manifest, catalog);
  checkRoles(manifest, notes);
  checkRings(notes);
  const owners = manifest.owners.flatMap((owner) => resolveOwner(owner, notes) ?? []);
  const path = searchPathOver(catalog, owners.flatMap(tablesOf));
  const graph: Graph = { cron: manifest.cron, grants: manifest.grants, owners, path };
  checkBetweenEdges(graph, notes);
  blockingForeignKeys(graph, notes);
  const warnings = [...notes.warnings, ...zoneWarnings(graph, catalog)];
  return { graph, faults: notes.faults, warnings };
}

/** Every table that an owner's declaration names. */
export function tablesOf(owner: Owner): TableName[] {
  const ofEdge = (edge: Edge) => [
    edge.table,
    ...(edge.kind === "through" ? [edge.join] : []),
    ...(edge.policy.kind === "archive" ? [edge.policy.table] : []),
  ];
  return [owner.table, ...owner.edges.flatMap(ofEdge)];
}

function checkRoles({ grants }: Manifest, notes: Notes): void {
  for (const [kind, roles] of Object.entries(grants)) {
    for (const [index, role] of roles.entries()) {
      if (!notes.catalog.unknownRoles.includes(role)) continue;
      notes.fault(
        ["grants", kind, index],
        `there is no role "${role}"`,
        "Create it first, or leave it out.",
      );
    }
  }
}
