/** How an owner stands, as lastwill.status and the log have it. */
export interface Standing {
  readonly owner: string;
  readonly live: number;
  readonly expired: number;
  readonly oldest_due: string | null;
  readonly lag_seconds: number;
  readonly released: number;
  readonly undecodable: number;
  readonly quarantined: number;
  readonly held: boolean;
  readonly held_due: number | null;
  readonly held_total: number | null;
  readonly paused_until: string | null;
  readonly last_run_at: string | null;
  readonly last_run_rows: number | null;
  readonly job: string;
  /** The longest time between the beginnings of two of its last runs. */
  readonly run_gap_seconds: number | null;
}

/** What waits, besides owners' rows. */
export interface Waiting {
  readonly backfills: readonly { readonly name: string; readonly begun_at: string }[];
  readonly dead_letters: readonly { readonly edge: string; readonly letters: number }[];
}
