import type { Catalog, Table } from "../catalog.ts";
import { type Fault, type Path, pathText } from "../faults.ts";
import type { Edge } from "../graph.ts";
import type { EdgeDeclaration, Manifest } from "../manifest/manifest.ts";
import { type DeclaredEdge, declaredEdges, type Ring, ringsOf } from "./declared.ts";
import type { Warning } from "./warning.ts";

/** What resolving knows from the start, and what it finds on its way. */
export class Notes {
  readonly catalog: Catalog;
  /** Every edge of every owner, but for those that close a ring. */
  readonly declared: readonly DeclaredEdge[];
  readonly rings: readonly Ring[];
  readonly faults: Fault[] = [];
  readonly warnings: Warning[] = [];

  constructor(manifest: Manifest, catalog: Catalog) {
    this.catalog = catalog;
    const edges = declaredEdges(manifest, catalog);
    this.rings = ringsOf(edges);
    this.declared = edges.filter((edge) => !this.rings.some((ring) => ring.edge === edge));
  }

  /** Notes a fault, once; gives undefined, for the caller to give on: nothing was resolved. */
  fault(path: Path, what: string, fix: string): undefined {
    const place = pathText(path);
    const known = this.faults.some(
      (fault) => fault.what === what && pathText(fault.path) === place,
    );
    if (!known) this.faults.push({ path, on: "value", what, fix });
    return undefined;
  }

  /** Another edge over the same table, of this owner or any other. */
  otherEdgeOver(table: Table, declaration: EdgeDeclaration): DeclaredEdge | undefined {
    return this.declared.find(
      (edge) => edge.owned === table.oid && edge.declaration !== declaration,
    );
  }

  /** Where an edge stands in the manifest. */
  pathOf(edge: Edge): Path {
    return this.declared.find(({ id }) => id === edge.id)?.path ?? ["owners", edge.owner];
  }
}
