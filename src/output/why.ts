import { z } from "zod";

/** What `why --json` prints. What each key holds the schema says. */
export interface WhyOutput {
  readonly table: string;
  readonly key: string;
  readonly is_there: boolean;
  readonly edges: readonly string[];
  readonly reasons: readonly GivenReason[];
}

/** One reason why the row is there. */
export interface GivenReason {
  readonly reason:
    | "owned"
    | "unowned"
    | "lingering"
    | "kept"
    | "claimed"
    | "ended"
    | "released"
    | "quarantined"
    | "backfill";
  readonly edge: string | null;
  readonly owner: string | null;
  readonly owner_key: string | null;
  readonly above: readonly { readonly owned: string; readonly owned_key: string }[];
  readonly until: string | null;
  readonly detail: string | null;
}

const reason = z.strictObject({
  reason: z
    .enum([
      "owned",
      "unowned",
      "lingering",
      "kept",
      "claimed",
      "ended",
      "released",
      "quarantined",
      "backfill",
    ])
    .describe(
      "owned: an owner has it. unowned: it hangs on a row that nobody owns. lingering: it names one that is not there. " +
        "kept, claimed: it survives its owners. ended: it is marked as ended. released: it waits out a grace. " +
        "quarantined: the sweep could not end it. backfill: links are still being made.",
    ),
  edge: z.string().nullable().describe("The edge that the reason is about."),
  owner: z.string().nullable().describe("The owner that the edge is declared under."),
  owner_key: z
    .string()
    .nullable()
    .describe(
      "The key of the owner, or of what the row hangs on; that of an owner is masked unless --show-keys is given.",
    ),
  above: z
    .array(
      z.strictObject({
        owned: z.string().describe("The table."),
        owned_key: z.string().describe("The key."),
      }),
    )
    .describe("The rows between the owner and this one, from the top."),
  until: z
    .string()
    .nullable()
    .describe(
      "When the owner expires, the grace is over, the next try is, or the backfill was begun.",
    ),
  detail: z
    .string()
    .nullable()
    .describe("The condition or column that keeps the row, or the error that stops its end."),
});

/** The form of `why --json`. */
export const whyOutput: z.ZodType<WhyOutput> = z.strictObject({
  table: z.string().describe("The table, as psql would name it here."),
  key: z.string().describe("The row's key, as it was asked for."),
  is_there: z.boolean().describe("Whether there is such a row."),
  edges: z.array(z.string()).describe("The edges over the table."),
  reasons: z.array(reason).describe("Why it is still there; none where nobody has it."),
});
