import { ownerNameFaults } from "../manifest/name-rules.ts";
import { singular } from "../manifest/suggest.ts";
import type { FoundEdge, FoundTie } from "./findings.ts";

/** What an owner is called: by its table, one of it, unless lastwill or another owner has that name. */
export function ownerName(table: string, others: readonly { readonly name: string }[]): string {
  const stem = singular(table.toLowerCase());
  const free = (name: string) =>
    !others.some((other) => other.name === name) &&
    ownerNameFaults({ name, path: [], fields: {}, edges: [] }).length === 0;
  for (let n = 1; ; n++) {
    const name = n === 1 ? stem : `${stem.slice(0, 50)}_${n}`;
    if (free(name)) return name;
  }
}

/** One tie to a table is enough: further ones are told, and left to a person. */
export function tiedOnce(edges: readonly FoundEdge[]): FoundEdge[] {
  // What is declared comes first, whatever kind it is of.
  const sure = [...edges].sort(
    (a, b) => Number(a.doubt !== undefined) - Number(b.doubt !== undefined),
  );
  const first = new Map<string, FoundEdge>();
  for (const edge of sure) if (!first.has(edge.table.name)) first.set(edge.table.name, edge);
  return edges.map((edge) => {
    const other = first.get(edge.table.name);
    if (other === undefined || other === edge) return edge;
    const doubt = `${edge.table.name} is tied by ${tieWords(other.tie)} already; two ties need a name: each`;
    return { ...edge, doubt: edge.doubt ?? doubt };
  });
}

function tieWords(tie: FoundTie): string {
  switch (tie.kind) {
    case "by":
    case "polymorphic":
    case "pointer":
      return tie.column;
    case "path":
      return tie.path;
    case "through":
      return tie.written;
  }
}
