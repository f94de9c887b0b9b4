import { type Edge, edgesOf, type Graph, type TableName } from "../graph.ts";
import type { Notes } from "./notes.ts";

/** A table that owns itself, through however many others: its rows would keep each other. */
export function checkRings(notes: Notes): void {
  for (const { edge, way } of notes.rings) {
    const { table } = edge.declaration;
    const through = way.slice(0, -1).map(({ declaration }) => declaration.table);
    const last = way.at(-1)?.declaration.table;
    const by = last === undefined ? "" : `, by way of ${[...through, last].join(", ")}`;
    notes.fault(
      [...edge.path, "table"],
      `${table} would own itself${by}`,
      "Leave this edge out: rows that own one another in a ring keep one another, and never end.",
    );
  }
}

/** What two edges cannot both have. */
export function checkBetweenEdges(graph: Graph, notes: Notes): void {
  const edges = edgesOf(graph);
  for (const [index, edge] of edges.entries()) {
    const before = edges.slice(0, index);
    checkEmit(edge, before, notes);
    checkArchive(edge, before, notes);
    checkArchiveIsNoOther(edge, graph, notes);
    checkClaim(edge, before, notes);
  }
}

function checkEmit(edge: Edge, before: readonly Edge[], notes: Notes): void {
  const other = before.find(({ table, emit }) => same(table, edge.table) && emit.length > 0);
  if (!other || edge.emit.length === 0) return;
  notes.fault(
    [...notes.pathOf(edge), "emit"],
    `rows of ${edge.written} are emitted by ${other.id} already`,
    "Leave emit out of one of the two: a row that goes leaves one letter.",
  );
}

function checkArchive(edge: Edge, before: readonly Edge[], notes: Notes): void {
  const { policy } = edge;
  if (policy.kind !== "archive") return;
  const other = before.find(
    (each) => each.policy.kind === "archive" && same(each.policy.table, policy.table),
  );
  if (!other || same(other.table, edge.table)) return;
  notes.fault(
    [...notes.pathOf(edge), "on_delete"],
    `${policy.table[1]} is the archive of ${other.written} already`,
    "Name another: an archive has the columns of one table.",
  );
}

/** A table that owns, is owned or stands between the two has a use of its own. */
function checkArchiveIsNoOther(edge: Edge, graph: Graph, notes: Notes): void {
  const { policy } = edge;
  if (policy.kind !== "archive") return;
  const edges = edgesOf(graph);
  const used = [
    ...graph.owners.map(({ table }) => table),
    ...edges.flatMap((other) =>
      other.kind === "through" ? [other.table, other.join] : [other.table],
    ),
  ];
  if (!used.some((table) => same(table, policy.table))) return;
  notes.fault(
    [...notes.pathOf(edge), "on_delete"],
    `${policy.table[1]} is a table of this manifest's own, and no archive`,
    "Name a table that is there for nothing else; one that is not there yet is made.",
  );
}

function checkClaim(edge: Edge, before: readonly Edge[], notes: Notes): void {
  const { claim, owner } = edge;
  const other = before.find((each) => each.owner === owner && each.claim);
  if (!claim || !other?.claim || claim.type === other.claim.type) return;
  notes.fault(
    [...notes.pathOf(edge), "claim"],
    `${edge.written}.${claim.column} is of type ${claim.type}, but ${other.written}.${other.claim.column} is ${other.claim.type}`,
    `Claim columns of one type: lastwill.claim_${owner}() fills all of them with one value.`,
  );
}

function same(a: TableName, b: TableName): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
