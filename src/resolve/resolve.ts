import type { Catalog } from "../catalog.ts";
import type { Fault } from "../faults.ts";
import type { Graph, Owner } from "../graph.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { identifier } from "../sql/quote.ts";
import { blockingForeignKeys, sharedTables } from "./conflicts.ts";
import { Notes } from "./notes.ts";
import { resolveOwner } from "./owner.ts";

/** A graph, the faults that keep it from being whole, and what should make its author look twice. */
export interface Resolution {
  readonly graph: Graph;
  readonly faults: readonly Fault[];
  readonly warnings: readonly string[];
}

/**
 * Holds a manifest against the catalog. Every fault is found in one go; where there is any, the graph
 * holds only what could be resolved, and nothing may be generated from it.
 */
export function resolve(manifest: Manifest, catalog: Catalog): Resolution {
  const notes = new Notes(catalog);
  checkRoles(manifest, notes);
  const owners = manifest.owners.flatMap((owner) => resolveOwner(owner, notes) ?? []);
  const path = pathOf(owners, catalog);
  const graph: Graph = { cron: manifest.cron, grants: manifest.grants, owners, path };
  sharedTables(manifest, graph, notes);
  blockingForeignKeys(manifest, graph, notes);
  return { graph, faults: notes.faults, warnings: notes.warnings };
}

/** The schemas that a connection looks in, those of the tables, and temporary tables last of all. */
function pathOf(owners: readonly Owner[], catalog: Catalog): string {
  const tables = owners.flatMap((owner) => [owner.table, ...owner.edges.map(({ table }) => table)]);
  const schemas = new Set([...catalog.searchPath, ...tables.map(([schema]) => schema)]);
  return [...schemas, "pg_temp"].map(identifier).join(", ");
}

function checkRoles(manifest: Manifest, notes: Notes): void {
  for (const kind of ["inspect", "sweep"] as const) {
    for (const [index, role] of manifest.grants[kind].entries()) {
      if (!notes.catalog.unknownRoles.includes(role)) continue;
      notes.fault(
        ["grants", kind, index],
        `there is no role "${role}"`,
        "Create it first, or leave it out.",
      );
    }
  }
}
