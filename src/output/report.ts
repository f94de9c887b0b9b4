import { z } from "zod";
import type { Finding } from "../health/finding.ts";
import { finding } from "./check.ts";
import { type OwnerStatus, ownerStatus } from "./status.ts";

/** What `report --json` prints. What each key holds the schema says. */
export interface ReportOutput {
  readonly database: string;
  readonly server_version: string;
  readonly at: string;
  readonly findings: readonly Finding[];
  readonly owners: readonly OwnerStatus[];
  readonly period: { readonly begun_at: string; readonly ended_at: string; readonly spans: number };
  readonly sweeps: readonly SweptSpan[];
  readonly waiting: readonly WaitingRows[];
  readonly quarantine: readonly QuarantinedRow[];
  readonly outbox: readonly Letters[];
  readonly dead_letters: readonly DeadLetter[];
  readonly orphans: readonly Orphans[];
}

export interface SweptSpan {
  readonly owner: string;
  readonly span: number;
  readonly runs: number;
  readonly failed: number;
  readonly rows: number;
  readonly due: number | null;
  readonly gap_seconds: number | null;
}

export interface WaitingRows {
  readonly edge: string;
  readonly rows: number;
  readonly due: number;
  readonly first_due_at: string;
  readonly last_due_at: string;
}

export interface QuarantinedRow {
  readonly owner: string;
  readonly edge: string;
  readonly key: string;
  readonly sqlstate: string;
  readonly message: string;
  readonly tries: number;
  readonly first_try_at: string;
  readonly next_try_at: string;
}

export interface Letters {
  readonly edge: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldest_at: string | null;
}

export interface DeadLetter {
  readonly edge: string;
  readonly key: string;
  readonly tries: number;
  readonly last_error: string | null;
  readonly dead_at: string;
}

export interface Orphans {
  readonly edge: string;
  readonly rows: number | null;
  readonly more: boolean;
}

const moment = z.iso.datetime();
const rows = z.int();

const sweep = z.strictObject({
  owner: z.string().describe("The owner that was swept."),
  span: z.int().describe("Which span of the period, from 1."),
  runs: rows.describe("Runs that began in it."),
  failed: rows.describe("Those of them with a batch that failed."),
  rows: rows.describe("Owner rows and released rows that they ended."),
  due: rows.nullable().describe("The most owner rows that were due when one of them began."),
  gap_seconds: z.number().nullable().describe("The longest time from one run to the next."),
});

const waiting = z.strictObject({
  edge: z.string().describe("The edge that tied the rows."),
  rows: rows.describe("Released rows."),
  due: rows.describe("Those whose grace is over."),
  first_due_at: moment.describe("When the first is due."),
  last_due_at: moment.describe("When the last is due."),
});

const quarantined = z.strictObject({
  owner: z.string().describe("The owner whose sweep met the row."),
  edge: z.string().describe("The row's edge, or the owner's name for its own row."),
  key: z.string().describe("The row's key; an owner's is masked."),
  sqlstate: z.string().describe("PostgreSQL's code of the error."),
  message: z.string().describe("Its message."),
  tries: z.int().describe("How often it was tried."),
  first_try_at: moment.describe("When it was tried first."),
  next_try_at: moment.describe("When it is tried next."),
});

const letters = z.strictObject({
  edge: z.string().describe("The edge whose rows are gone."),
  waiting: rows.describe("Letters that a consumer has still to handle."),
  dead: rows.describe("Letters that were given up."),
  oldest_at: moment.nullable().describe("When the oldest that waits was written."),
});

const deadLetter = z.strictObject({
  edge: z.string().describe("The edge whose row is gone."),
  key: z.string().describe("The key of the row that is gone."),
  tries: z.int().describe("How often a consumer took it."),
  last_error: z.string().nullable().describe("Why the last try failed."),
  dead_at: moment.describe("When it was given up."),
});

const orphans = z.strictObject({
  edge: z.string().describe("The edge."),
  rows: rows.nullable().describe("Rows that no owner names; null when counting took too long."),
  more: z.boolean().describe("Whether there are more than were counted."),
});

/** The form of that: all that the page says, but for the graph, which is the manifest's. */
export const reportOutput: z.ZodType<ReportOutput> = z.strictObject({
  database: z.string().describe("The database's name."),
  server_version: z.string().describe("PostgreSQL's version."),
  at: moment.describe("When it was asked."),
  findings: z.array(finding).describe("What needs a person; then notes, which need nobody."),
  owners: z.array(ownerStatus).describe("How each owner stands."),
  period: z
    .strictObject({
      begun_at: moment.describe("Where the log of the sweep begins."),
      ended_at: moment.describe("Where it ends."),
      spans: z.int().describe("In how many equal spans it is cut."),
    })
    .describe("The time that `sweeps` speaks of."),
  sweeps: z.array(sweep).describe("What the sweep did; spans without a run are left out."),
  waiting: z.array(waiting).describe("Released rows, by edge."),
  quarantine: z.array(quarantined).describe("Rows that cannot end, 50 at most."),
  outbox: z.array(letters).describe("Letters, by edge."),
  dead_letters: z.array(deadLetter).describe("Letters that were given up, 50 at most."),
  orphans: z.array(orphans).describe("Edges with rows that no owner names."),
});
