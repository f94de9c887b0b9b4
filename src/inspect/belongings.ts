import type pg from "pg";
import type { InspectedRow, InspectOutput, ReleasedRow } from "../output/inspect.ts";
import { render } from "../sql/template.ts";
import { askEdges, assertKnown, type DeclaredEdge, type DeclaredEdges } from "./declared.ts";
import { type Fate, fateOf, type OtherOwner } from "./fate.ts";
import { isoTime, isoTimeOrNull, isPast } from "./moment.ts";
import type { Reason } from "./reason.ts";

/** What an owner has and had, its keys in full. */
export type Belongings = InspectOutput;

/** A row of sql/inspect/owned.sql. */
interface OwnedRow {
  readonly edge: string;
  readonly owned: string;
  readonly owned_key: string;
  readonly depth: number;
  readonly expires_at: Date | null;
  readonly parent_edge: string | null;
  readonly parent_key: string;
  readonly given: readonly Reason[] | null;
}

/** A row of sql/inspect/released.sql. */
interface WaitingRow {
  readonly edge: string;
  readonly owned_key: string;
  readonly released_at: Date;
  readonly due_at: Date;
  readonly message: string | null;
  readonly next_try: Date | null;
}

/** What one owner owns, with the fate of each row, and what it let go of. */
export async function askBelongings(
  client: pg.ClientBase,
  owner: string,
  owner_key: string,
): Promise<Belongings> {
  const edges = await askEdges(client);
  assertKnown("owner", owner, await askOwners(client));
  const asked = [owner, owner_key];
  const owned = await client.query<OwnedRow>(render("inspect/owned.sql"), asked);
  const released = await client.query<WaitingRow>(render("inspect/released.sql"), asked);
  return {
    owner,
    owner_key,
    expires_at: isoTimeOrNull(owned.rows[0]?.expires_at ?? null),
    owned: fatedRows(owned.rows, { owner, owner_key }, edges),
    released: released.rows.map((row) => waitingRow(row, edges)),
  };
}

async function askOwners(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ owner: string }>(
    "select owner from lastwill.sweep_setting",
  );
  return rows.map(({ owner }) => owner);
}

/** Rows come from the top down, so that the fate of what one hangs on is known before its own. */
function fatedRows(
  rows: readonly OwnedRow[],
  owner: OtherOwner,
  edges: DeclaredEdges,
): InspectedRow[] {
  const now = new Date();
  const fates = new Map<string, Fate>();
  return rows.flatMap((row) => {
    const edge = edges.get(row.edge);
    if (!edge) return [];
    const above = fates.get(place(row.parent_edge, row.parent_key));
    const parentEdge = edges.get(row.parent_edge ?? "");
    const parent = above && {
      name: `${parentEdge?.owned} ${row.parent_key}`,
      fate: above,
      policy: parentEdge?.policy,
    };
    const reasons = (row.given ?? []).map((reason) => ({
      ...reason,
      until: isoTimeOrNull(reason.until),
    }));
    const expires = isoTimeOrNull(row.expires_at);
    const isOverdue = expires !== null && isPast(expires, now);
    const fate = fateOf({ edge, reasons, parent, isOverdue }, owner, edges, now);
    fates.set(place(row.edge, row.owned_key), fate);
    return [{ ...inspectedRow(row, edge), ...fate }];
  });
}

function place(edge: string | null, key: string): string {
  return JSON.stringify([edge, key]);
}

function inspectedRow(row: OwnedRow, edge: DeclaredEdge): Omit<InspectedRow, keyof Fate> {
  const { owned, owned_key, depth, parent_edge, parent_key } = row;
  const { kind, tied_by, policy, policy_target, grace_seconds } = edge;
  return {
    edge: row.edge,
    owned,
    owned_key,
    depth,
    parent_edge,
    parent_key,
    kind,
    tied_by,
    policy,
    policy_target,
    grace_seconds: Number(grace_seconds),
  };
}

function waitingRow(row: WaitingRow, edges: DeclaredEdges): ReleasedRow {
  const { edge, owned_key, released_at, due_at, message, next_try } = row;
  return {
    edge,
    owned: edges.get(edge)?.owned ?? "",
    owned_key,
    released_at: isoTime(released_at),
    due_at: isoTime(due_at),
    quarantined:
      message === null || next_try === null ? null : { message, next_try: isoTime(next_try) },
  };
}
