import { span } from "../health/standing-findings.ts";
import type { OwnerStatus } from "../output/status.ts";
import { tableLines } from "./table.ts";

/** The owners as a table, and below it each one's job, which is a sentence. */
export function statusLines(owners: readonly OwnerStatus[], width: number | undefined): string[] {
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
      owner.live.toLocaleString("en-US"),
      owner.expired.toLocaleString("en-US"),
      span(owner.lag_seconds),
      owner.released.toLocaleString("en-US"),
      owner.quarantined.toLocaleString("en-US"),
      lastRun(owner),
      stateOf(owner),
    ]),
    width,
  );
  const notes = owners.flatMap(({ owner, job, undecodable }) => [
    `${owner}: ${job}`,
    ...(undecodable > 0
      ? [`${owner}: ${undecodable.toLocaleString("en-US")} with data that cannot be read`]
      : []),
  ]);
  return [...table, "", ...notes];
}

function lastRun({ last_run_at, last_run_rows }: OwnerStatus): string {
  if (last_run_at === null) return "never";
  const at = `${last_run_at.slice(11, 19)}Z`;
  const rows = (last_run_rows ?? 0).toLocaleString("en-US");
  return `${at}, ${rows} ${last_run_rows === 1 ? "row" : "rows"}`;
}

function stateOf({ held, paused_until, expired }: OwnerStatus): string {
  if (held) return "held";
  if (paused_until !== null) return `paused until ${paused_until.slice(0, 16)}Z`;
  return expired > 0 ? "due" : "fine";
}
