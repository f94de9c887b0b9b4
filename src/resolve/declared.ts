import { type Catalog, findRelation } from "../catalog.ts";
import type { Path } from "../faults.ts";
import type { EdgeDeclaration, Manifest, OwnerDeclaration } from "../manifest/manifest.ts";

/** An edge as declared, and between which tables it runs, as far as these are there. */
export interface DeclaredEdge {
  /** `session.carts`. */
  readonly id: string;
  readonly path: Path;
  readonly declaration: EdgeDeclaration;
  /** The owned table's oid. */
  readonly owned: string | undefined;
  /** The oid of the table between the two, where the edge declares one. */
  readonly join: string | undefined;
  /** The oid of the table it hangs on; of a managed owner's, its name. */
  readonly on: string | undefined;
}

/** Every edge of every owner, each after the one it hangs below. */
export function declaredEdges(manifest: Manifest, catalog: Catalog): DeclaredEdge[] {
  const below = (
    owner: OwnerDeclaration,
    edges: readonly EdgeDeclaration[],
    on: string | undefined,
  ): DeclaredEdge[] =>
    edges.flatMap((declaration) => {
      const owned = findRelation(catalog, declaration.table)?.oid;
      const { path, name, tie, owns } = declaration;
      const join = tie.kind === "through" ? findRelation(catalog, tie.table)?.oid : undefined;
      return [
        { id: `${owner.name}.${name}`, path, declaration, owned, join, on },
        ...below(owner, owns, owned),
      ];
    });
  return manifest.owners.flatMap((owner) => {
    const on = owner.managed ? owner.table : findRelation(catalog, owner.table)?.oid;
    return below(owner, owner.owns, on);
  });
}

/** An edge that closes a ring of ownership, and the edges that lead from its table to where it hangs. */
export interface Ring {
  readonly edge: DeclaredEdge;
  readonly way: readonly DeclaredEdge[];
}

/** The edges, in the manifest's order, by which a table would own itself. */
export function ringsOf(edges: readonly DeclaredEdge[]): Ring[] {
  const rings: Ring[] = [];
  const standing: DeclaredEdge[] = [];
  for (const edge of edges) {
    const way = wayBetween(standing, edge.owned, edge.on);
    if (way) rings.push({ edge, way });
    else standing.push(edge);
  }
  return rings;
}

/** The shortest way down from one table to another; undefined when there is none. */
function wayBetween(
  edges: readonly DeclaredEdge[],
  from: string | undefined,
  to: string | undefined,
): DeclaredEdge[] | undefined {
  if (from === undefined || to === undefined) return undefined;
  const seen = new Set([from]);
  const open: { table: string; way: DeclaredEdge[] }[] = [{ table: from, way: [] }];
  for (const { table, way } of open) {
    if (table === to) return way;
    for (const edge of edges) {
      if (edge.on !== table || edge.owned === undefined || seen.has(edge.owned)) continue;
      seen.add(edge.owned);
      open.push({ table: edge.owned, way: [...way, edge] });
    }
  }
  return undefined;
}
