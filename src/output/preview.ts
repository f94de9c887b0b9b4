import { z } from "zod";

/** What `preview --json` prints. What each key holds the schema says. */
export interface PreviewOutput {
  readonly owner: string | null;
  readonly key: string | null;
  readonly rows: readonly PreviewRow[];
}

/** What becomes of some rows of an edge, or of an owner's own. */
export interface PreviewRow {
  readonly edge: string;
  readonly depth: number;
  readonly action: (typeof ACTIONS)[number];
  readonly rows: number;
  readonly sample: readonly string[];
  readonly blocked_by: string | null;
  readonly reason: string | null;
  readonly due_at: string | null;
}

const ACTIONS = [
  "end",
  "delete",
  "archive",
  "soft_delete",
  "set_null",
  "release",
  "keep",
  "unlink",
] as const;

const row = z.strictObject({
  edge: z.string().describe("The edge that ties the rows, or the owner's name for its own rows."),
  depth: z.number().int().describe("0 for the owner, 1 for what it owns itself, and so on."),
  action: z
    .enum(ACTIONS)
    .describe(
      "end: the owner's row ends, or what was put aside is tried again. delete, archive, soft_delete, set_null: as the policy says. " +
        "release: the rows wait out a grace. keep: they stay. unlink: the tie goes, and nothing else.",
    ),
  rows: z.number().int().describe("How many rows."),
  sample: z
    .array(z.string())
    .describe(
      "The keys of up to five of them; owners' keys are masked unless --show-keys is given.",
    ),
  blocked_by: z
    .string()
    .nullable()
    .describe("What stands in the way: as long as it does, this does not happen."),
  reason: z.string().nullable().describe("Why rows are kept, released or only unlinked."),
  due_at: z
    .string()
    .nullable()
    .describe("When the last of the graces is over, or the next try of rows in quarantine is."),
});

/** The form of `preview --json`. */
export const previewOutput: z.ZodType<PreviewOutput> = z.strictObject({
  owner: z.string().nullable().describe("The owner that was asked for; null for all."),
  key: z.string().nullable().describe("The key that was asked for; null for the next sweep."),
  rows: z.array(row).describe("What would happen, owners first, then their edges in order."),
});
