import { z } from "zod";

/** What `inspect --json` prints. What each key holds the schema says. */
export interface InspectOutput {
  readonly owner: string;
  readonly owner_key: string;
  readonly expires_at: string | null;
  readonly owned: readonly InspectedRow[];
  readonly released: readonly ReleasedRow[];
}

/** A row that the owner owns. */
export interface InspectedRow {
  readonly edge: string;
  readonly owned: string;
  readonly owned_key: string;
  readonly depth: number;
  readonly parent_edge: string | null;
  readonly parent_key: string;
  readonly kind: "column" | "polymorphic" | "through" | "data";
  readonly tied_by: string;
  readonly policy: "cascade" | "set_null" | "soft_delete" | "archive";
  readonly policy_target: string | null;
  readonly grace_seconds: number;
  readonly fate: "deleted" | "archived" | "marked" | "untied" | "released" | "stays";
  readonly because: string | null;
  readonly also_owned_by: readonly { readonly owner: string; readonly owner_key: string }[];
}

/** A row that the owner let go of. */
export interface ReleasedRow {
  readonly edge: string;
  readonly owned: string;
  readonly owned_key: string;
  readonly released_at: string;
  readonly due_at: string;
  readonly quarantined: { readonly message: string; readonly next_try: string } | null;
}

const ownerKey = z.string().describe("The owner's key, masked unless --show-keys is given.");
const moment = z.string();

const owned = z.strictObject({
  edge: z.string().describe("What ties the row: owner, dot, edge name."),
  owned: z.string().describe("The row's table."),
  owned_key: z.string().describe("The row's key."),
  depth: z.int().describe("1 for what the owner owns itself, 2 for what that owns, and so on."),
  parent_edge: z
    .string()
    .nullable()
    .describe("The edge of the row that this one hangs on; null where that is the owner."),
  parent_key: z.string().describe("The key of the row that this one hangs on."),
  kind: z.enum(["column", "polymorphic", "through", "data"]).describe("The kind of edge."),
  tied_by: z.string().describe("The column, path or table that ties the row."),
  policy: z
    .enum(["cascade", "set_null", "soft_delete", "archive"])
    .describe("What the manifest says happens to the row when its last owner ends."),
  policy_target: z
    .string()
    .nullable()
    .describe("The archive that keeps the row, or the column that marks it or is set null."),
  grace_seconds: z
    .number()
    .describe("How long the row waits when its owner ends before it has expired."),
  fate: z
    .enum(["deleted", "archived", "marked", "untied", "released", "stays"])
    .describe("What happens to this row if this owner ends now."),
  because: z
    .string()
    .nullable()
    .describe("Why it stays, where it goes, or what comes after its grace."),
  also_owned_by: z
    .array(z.strictObject({ owner: z.string().describe("The owner's name."), owner_key: ownerKey }))
    .describe("The other owners that have the row."),
});

const released = z.strictObject({
  edge: z.string().describe("The edge that tied the row."),
  owned: z.string().describe("The row's table."),
  owned_key: z
    .string()
    .describe("The row's key; empty for all that a polymorphic edge tied to the owner."),
  released_at: moment.describe("When the owner let go of it."),
  due_at: moment.describe("When the sweep looks at it."),
  quarantined: z
    .strictObject({
      message: z.string().describe("Why it could not end."),
      next_try: moment.describe("When the sweep tries again."),
    })
    .nullable()
    .describe("What the sweep has met; null where it has met nothing."),
});

/** The form of `inspect --json`. */
export const inspectOutput: z.ZodType<InspectOutput> = z.strictObject({
  owner: z.string().describe("The owner's name in the manifest."),
  owner_key: ownerKey,
  expires_at: moment
    .nullable()
    .describe("When the owner expires; null for never, or where it owns nothing."),
  owned: z.array(owned).describe("What it owns, from the top down."),
  released: z.array(released).describe("What it let go of and what waits, the next due first."),
});
