import type { OwnerStatus } from "../output/status.ts";

/** How an owner stands, as lastwill.status and the log have it. */
export interface Standing extends OwnerStatus {
  readonly held_due: number | null;
  readonly held_total: number | null;
  /** How long ago the last run began; null where there was none. */
  readonly since_run_seconds: number | null;
  /** The longest time between the beginnings of two of its last runs. */
  readonly run_gap_seconds: number | null;
}

/** What the view has, without what only findings are made of. */
export function ownerStatusOf(standing: Standing): OwnerStatus {
  const {
    held_due: _,
    held_total: __,
    since_run_seconds: ___,
    run_gap_seconds: ____,
    ...status
  } = standing;
  return status;
}

/** What waits, besides owners' rows. */
export interface Waiting {
  readonly backfills: readonly { readonly name: string; readonly begun_at: string }[];
  readonly dead_letters: readonly { readonly edge: string; readonly letters: number }[];
}
