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

/**
 * One tie to a table is enough: further ones are told, and left to a person. Each gets a name where its
 * table's is taken.
 */
export function tiedOnce(edges: readonly FoundEdge[]): FoundEdge[] {
  // What is declared comes first, whatever kind it is of, and what a foreign key says before a guess.
  const ranked = [...edges].sort((a, b) => rank(a) - rank(b));
  const first = new Map<string, FoundEdge>();
  const names = new Map<string, FoundEdge>();
  for (const edge of ranked) {
    if (!first.has(edge.table.oid)) first.set(edge.table.oid, edge);
    if (!names.has(edge.table.name)) names.set(edge.table.name, edge);
  }
  return edges.map((edge) => {
    const { table, tie, doubt } = edge;
    const name = names.get(table.name) === edge ? undefined : edgeName(edge);
    const other = first.get(table.oid);
    if (other === undefined || other === edge) return { ...edge, name };
    const tied = `${table.name} is tied by ${tieWords(other.tie)} already; with ${tieWords(tie)} too a row ends with the last of both`;
    return { ...edge, name, doubt: doubt ?? tied };
  });
}

function rank({ doubt, isReferential }: FoundEdge): number {
  return (doubt === undefined ? 0 : 2) + (isReferential ? 0 : 1);
}

const PLAIN = /[^\p{L}\p{N}_]+/gu;

/** By its table and what ties it, with the schema, since that may be what differs. */
function edgeName({ table, tie }: FoundEdge): string {
  return `${table.schema}_${table.name}_by_${tieWords(tie)}`.replaceAll(PLAIN, "_").slice(0, 50);
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
