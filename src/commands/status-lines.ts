import { count } from "../count.ts";
import { ownerState } from "../health/owner-state.ts";
import type { OwnerStatus, StatusOutput } from "../output/status.ts";
import { span } from "../span.ts";
import { tableLines } from "./table.ts";
import { wrapped } from "./wrap.ts";

/** The owners as a table, and below it each one's job, which is a sentence. */
export function statusLines(
  { owners, findings }: StatusOutput,
  width: number | undefined,
): string[] {
  const table = tableLines(
    [
      { head: "owner", cut: true },
      { head: "live", right: true },
      { head: "expired", right: true },
      { head: "lag", right: true },
      { head: "released", right: true },
      { head: "aside", right: true },
      { head: "last run", cut: true },
      { head: "state", cut: true },
    ],
    owners.map((owner) => [
      owner.owner,
      count(owner.live),
      count(owner.expired),
      span(owner.lag_seconds),
      count(owner.released),
      count(owner.quarantined),
      lastRun(owner),
      ownerState(owner, findings),
    ]),
    width,
  );
  return [...table, "", ...owners.flatMap(({ owner, job }) => wrapped(`${owner}: ${job}`, width))];
}

function lastRun({ last_run_at, last_run_rows }: OwnerStatus): string {
  if (last_run_at === null) return "never";
  return `${last_run_at.slice(11, 19)}Z, ${count(last_run_rows ?? 0, "row", "rows")}`;
}
