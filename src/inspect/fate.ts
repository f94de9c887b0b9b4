import { span } from "../span.ts";
import type { DeclaredEdge, DeclaredEdges } from "./declared.ts";
import { isPast } from "./moment.ts";
import type { Reason } from "./reason.ts";

/** What happens to an owned row when its owner ends now. */
export interface Fate {
  readonly fate: "deleted" | "archived" | "marked" | "untied" | "released" | "stays";
  /** Why it stays, or where it goes; null where there is nothing to add. */
  readonly because: string | null;
  /** Who else has it. */
  readonly also_owned_by: readonly OtherOwner[];
}

export interface OtherOwner {
  readonly owner: string;
  readonly owner_key: string;
}

/** An owned row, as far as its fate depends on it. */
export interface Fated {
  readonly edge: DeclaredEdge;
  /** What lastwill.why says of it; nothing where a foreign key decides. */
  readonly reasons: readonly Reason[];
  /** The row it hangs on, and its fate; undefined where that is the owner. */
  readonly parent: FatedParent | undefined;
  /** Whether the owner has expired: what it has waits out no grace then. */
  readonly isOverdue: boolean;
}

export interface FatedParent {
  readonly name: string;
  readonly fate: Fate;
  readonly policy: DeclaredEdge["policy"] | undefined;
}

/** What happens to the row when the owner of this name and key ends. */
export function fateOf(row: Fated, owner: OtherOwner, edges: DeclaredEdges, now: Date): Fate {
  const also_owned_by = otherOwners(row.reasons, owner, edges);
  const stays = staysBecause(row, also_owned_by, now);
  return stays === undefined
    ? { ...(waiting(row) ?? ending(row.edge)), also_owned_by }
    : { fate: "stays", because: stays, also_owned_by };
}

function staysBecause(
  { edge, reasons, parent }: Fated,
  others: readonly OtherOwner[],
  now: Date,
): string | undefined {
  if (parent && !goes(parent)) return `${parent.name} stays`;
  const find = (word: Reason["reason"]) => reasons.find(({ reason }) => reason === word);
  const claimed = find("claimed");
  if (claimed) return `claimed: ${claimed.detail} is filled`;
  const kept = find("kept");
  if (kept) return `keep_when holds: ${kept.detail}`;
  if (find("ended")) return "it has ended already";
  // Under set_null it does not matter who else has it.
  if (edge.policy === "set_null") return undefined;
  if (others.length > 0) {
    return `${others.length} ${others.length === 1 ? "other owner has" : "other owners have"} it`;
  }
  const waits = reasons.find(
    ({ reason, until }) => reason === "released" && until !== null && !isPast(until, now),
  );
  return waits && `it waits out another owner's grace until ${waits.until}`;
}

/** Whether the row above is gone at the end, at once or after its grace. One that is marked is still there. */
function goes({ fate: { fate }, policy }: FatedParent): boolean {
  if (fate === "released") return policy === "cascade" || policy === "archive";
  return fate === "deleted" || fate === "archived";
}

function otherOwners(
  reasons: readonly Reason[],
  self: OtherOwner,
  edges: DeclaredEdges,
): OtherOwner[] {
  const found = new Map<string, OtherOwner>();
  for (const { reason, edge, owner_key } of reasons) {
    const owner = edges.get(edge ?? "")?.owner;
    if (reason !== "owned" || owner === undefined || owner_key === null) continue;
    if (owner === self.owner && owner_key === self.owner_key) continue;
    found.set(JSON.stringify([owner, owner_key]), { owner, owner_key });
  }
  return [...found.values()];
}

/** Only what the owner itself has waits; what hangs on that goes with it. */
function waiting({ edge, parent, isOverdue }: Fated): Pick<Fate, "fate" | "because"> | undefined {
  if (parent)
    return parent.fate.fate === "released"
      ? { fate: "released", because: `it waits with ${parent.name}` }
      : undefined;
  const seconds = Number(edge.grace_seconds);
  if (seconds === 0 || isOverdue || edge.policy === "set_null") return undefined;
  const { fate, because } = ending(edge);
  const then = `${fate} after ${span(seconds)}`;
  return { fate: "released", because: because === null ? then : `${then}, ${because}` };
}

function ending({ policy, policy_target }: DeclaredEdge): Pick<Fate, "fate" | "because"> {
  switch (policy) {
    case "cascade":
      return { fate: "deleted", because: null };
    case "archive":
      return { fate: "archived", because: `kept in ${policy_target}` };
    case "soft_delete":
      return { fate: "marked", because: `${policy_target} is set` };
    case "set_null":
      return {
        fate: "untied",
        because: policy_target === null ? null : `${policy_target} is set null`,
      };
  }
}
