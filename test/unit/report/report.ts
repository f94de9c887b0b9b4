import type { ReportOutput } from "../../../src/output/report.ts";
import type { OwnerStatus } from "../../../src/output/status.ts";

/** How an owner stands for whom all is well. */
export const WELL: OwnerStatus = {
  owner: "session",
  live: 500,
  expired: 0,
  oldest_due: null,
  lag_seconds: 0,
  released: 0,
  undecodable: 0,
  quarantined: 0,
  held: false,
  paused_until: null,
  last_run_at: "2026-11-25T15:59:00.000Z",
  last_run_rows: 12,
  job: "lastwill-sweep: * * * * *",
};

/** The report of a shop in which all is well. */
export const QUIET: ReportOutput = {
  database: "shop",
  server_version: "17.2",
  at: "2026-11-25T16:00:00.000Z",
  findings: [],
  owners: [WELL],
  period: { begun_at: "2026-11-25T15:00:00.000Z", ended_at: "2026-11-25T16:00:00.000Z", spans: 4 },
  sweeps: [
    { owner: "session", span: 1, runs: 15, failed: 0, rows: 180, due: 9, gap_seconds: 60 },
    { owner: "session", span: 4, runs: 15, failed: 1, rows: 90, due: 4, gap_seconds: 1800 },
  ],
  waiting: [],
  quarantine: [],
  outbox: [],
  dead_letters: [],
  orphans: [],
};
