import type { GivenReason } from "../output/why.ts";
import type { DeclaredEdge, DeclaredEdges } from "./declared.ts";
import { isPast } from "./moment.ts";

/** Why a row is still there, one of the reasons that lastwill.why gives. */
export interface Reason {
  readonly edge: string | null;
  readonly reason: GivenReason["reason"] | "not_there";
  readonly owner_key: string | null;
  /** The keys of the rows between the owner and this one, from the top. */
  readonly above: readonly string[] | null;
  readonly until: string | null;
  readonly detail: string | null;
}

/** One reason in words, without a full stop. Keys in it are shown as they are. */
export function reasonText(reason: Reason, edges: DeclaredEdges, now: Date): string {
  const edge = reason.edge === null ? undefined : edges.get(reason.edge);
  const { detail, owner_key } = reason;
  switch (reason.reason) {
    case "owned":
      return ownedText(reason, edge, edges, now);
    case "unowned":
      return `hangs on ${parentName(edge, edges)} ${owner_key}, which nobody owns`;
    case "lingering":
      return `names ${parentName(edge, edges)} ${owner_key}, which is not there`;
    case "kept":
      return `kept, for keep_when holds: ${detail}`;
    case "claimed":
      return `kept, for it is claimed: ${detail} is filled`;
    case "ended":
      return `has ended, and is marked so: ${detail}`;
    case "released":
      return `${releasedText(owner_key, parentName(edge, edges))}; ${waitingText(reason, now)}`;
    case "quarantined":
      return `cannot end: ${detail}; the next try is at ${reason.until}`;
    case "backfill":
      return `cannot end until a backfill has: call lastwill.${detail}()`;
    case "not_there":
      return "there is no such row";
  }
}

function ownedText(
  { owner_key, above, until, detail }: Reason,
  edge: DeclaredEdge | undefined,
  edges: DeclaredEdges,
  now: Date,
): string {
  const tables = tablesAbove(edge, edges);
  const through = (above ?? []).map((key, index) => `${tables[index]} ${key}`);
  return [
    `owned by ${edge?.owner} ${owner_key}`,
    ...(through.length > 0 ? [` through ${through.join(", ")}`] : []),
    `, ${expiryText(until, now)}`,
    ...(detail === null ? [] : [`, and cannot: ${detail}`]),
  ].join("");
}

function expiryText(until: string | null, now: Date): string {
  if (until === null) return "which never expires";
  return isPast(until, now) ? `which is due to end since ${until}` : `until ${until}`;
}

/** What lingered was let go of by nobody. */
function releasedText(owner_key: string | null, parent: string): string {
  return owner_key === null
    ? "handed to the sweep as an orphan"
    : `${parent} ${owner_key} let go of it`;
}

function waitingText({ until }: Reason, now: Date): string {
  const due = until ?? "infinity";
  return isPast(due, now) ? `due for the sweep since ${due}` : `it waits until ${due}`;
}

/** The tables between an owner and what this edge ties, from the top. */
export function tablesAbove(edge: DeclaredEdge | undefined, edges: DeclaredEdges): string[] {
  const parent = edges.get(edge?.parent_edge ?? "");
  return parent ? [...tablesAbove(parent, edges), parent.owned] : [];
}

/** What an edge hangs on: an owner, or the table of the edge above. */
function parentName(edge: DeclaredEdge | undefined, edges: DeclaredEdges): string {
  if (edge?.parent_edge === null) return edge.owner;
  return edges.get(edge?.parent_edge ?? "")?.owned ?? "";
}

/** Whether a reason's key is that of an owner, and so a secret. */
export function namesOwner(reason: Reason, edges: DeclaredEdges): boolean {
  const hangsOnOwner = edges.get(reason.edge ?? "")?.parent_edge === null;
  return reason.reason === "owned" || hangsOnOwner || reason.reason === "released";
}
