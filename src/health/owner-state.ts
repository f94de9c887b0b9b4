import { objectName } from "../names.ts";
import type { OwnerStatus } from "../output/status.ts";
import { type Finding, isTrouble } from "./finding.ts";

/** How an owner stands, in a word: what the first finding about it says, or that rows are due, or that all is well. */
export function ownerState(owner: OwnerStatus, findings: readonly Finding[]): string {
  const trouble = findings.find((finding) => isTrouble(finding) && concerns(finding, owner));
  if (trouble) return trouble.state;
  // Until when is told below the table, where it is not cut.
  if (owner.paused_until !== null) return "paused";
  return owner.expired > 0 ? "due" : "fine";
}

/** Whether a finding is about an owner: itself, an edge of it, its backfill, or a job that sweeps it. */
export function concerns({ state, object }: Finding, { owner, job }: OwnerStatus): boolean {
  if (object === owner || object.startsWith(`${owner}.`)) return true;
  if (state === "backfill") return object === objectName(owner, "backfill");
  if (state !== "job" || /^(none|unknown)\b/.test(job)) return false;
  const jobs = job.split(", ").map((each) => each.replace(/: .*/s, ""));
  return object === "pg_cron" || jobs.includes(object);
}
