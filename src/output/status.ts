import { z } from "zod";
import type { Finding } from "../health/finding.ts";
import { finding } from "./check.ts";

/** What `status --json` prints. What each key holds the schema says. */
export interface StatusOutput {
  readonly owners: readonly OwnerStatus[];
  readonly findings: readonly Finding[];
}

/** One row of lastwill.status. */
export interface OwnerStatus {
  readonly owner: string;
  readonly live: number;
  readonly expired: number;
  readonly oldest_due: string | null;
  readonly lag_seconds: number;
  readonly released: number;
  readonly undecodable: number;
  readonly quarantined: number;
  readonly held: boolean;
  readonly paused_until: string | null;
  readonly last_run_at: string | null;
  readonly last_run_rows: number | null;
  readonly job: string;
}

/** The form of one owner. */
export const ownerStatus: z.ZodType<OwnerStatus> = z.strictObject({
  owner: z.string().describe("The owner's name in the manifest."),
  live: z.int().describe("Rows that have not expired."),
  expired: z.int().describe("Rows that are due and wait for the sweep."),
  oldest_due: z.string().nullable().describe("When the oldest of them fell due."),
  lag_seconds: z.number().describe("For how long the oldest of them has been due."),
  released: z.int().describe("Owned rows that wait out their grace."),
  undecodable: z.int().describe("Owner rows whose data cannot be read."),
  quarantined: z.int().describe("Rows that the sweep could not end."),
  held: z.boolean().describe("Whether the sweep holds, for far too much is due at once."),
  paused_until: z.string().nullable().describe("Until when the sweep is paused."),
  last_run_at: z.string().nullable().describe("When its last run began."),
  last_run_rows: z.int().nullable().describe("How many rows that run ended."),
  job: z.string().describe("The pg_cron job, or why there is none."),
});

/** The form of `status --json`. */
export const statusOutput: z.ZodType<StatusOutput> = z.strictObject({
  owners: z.array(ownerStatus).describe("A row for each owner."),
  findings: z.array(finding).describe("What needs a person; then notes, which need nobody."),
});
