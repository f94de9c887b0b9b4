import { z } from "zod";

/** What `graph --json` prints. What each key holds the schema says. */
export interface GraphOutput {
  readonly owners: readonly OwnerOutput[];
  readonly edges: readonly EdgeOutput[];
}

export interface OwnerOutput {
  readonly owner: string;
  readonly table: string;
  readonly managed: boolean;
  readonly expires: readonly string[];
  readonly sweep: string;
}

export interface EdgeOutput {
  readonly edge: string;
  readonly owner: string;
  readonly table: string;
  readonly depth: number;
  readonly parent: string | null;
  readonly tie: TieOutput;
  readonly policy: "cascade" | "set_null" | "soft_delete" | "archive";
  readonly policy_target: string | null;
  readonly grace_seconds: number;
  readonly keep_when: string | null;
  readonly claim: string | null;
  readonly emit: readonly string[];
}

export type TieOutput =
  | { readonly kind: "column"; readonly by: readonly string[] }
  | {
      readonly kind: "polymorphic";
      readonly column: string;
      readonly type_column: string;
      readonly type: string;
    }
  | {
      readonly kind: "through";
      readonly table: string;
      readonly owner: string;
      readonly owned: string;
    }
  | {
      readonly kind: "data";
      readonly path: string | null;
      readonly column: string | null;
      readonly on_replace: "release" | "keep";
      readonly guard: string | null;
    };

const tie = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("column").describe("A foreign key in the owned table."),
    by: z
      .array(z.string())
      .describe("The owned table's columns that hold the key of the row above."),
  }),
  z.strictObject({
    kind: z.literal("polymorphic").describe("A key and, beside it, of which table."),
    column: z.string().describe("The owned table's column that holds the key."),
    type_column: z.string().describe("The column that says of which table."),
    type: z.string().describe("What that holds for rows of this owner."),
  }),
  z.strictObject({
    kind: z.literal("through").describe("A table between the two."),
    table: z.string().describe("The table between the two."),
    owner: z.string().describe("Its column that holds the key of the row above."),
    owned: z.string().describe("Its column that holds the owned row's key."),
  }),
  z.strictObject({
    kind: z.literal("data").describe("The row above names the owned row."),
    path: z.string().nullable().describe("Where the row above's data holds the owned row's key."),
    column: z
      .string()
      .nullable()
      .describe("The column that holds it, where it is not in the data."),
    on_replace: z.enum(["release", "keep"]).describe("What happens to a row that is replaced."),
    guard: z.string().nullable().describe("Only rows for which this SQL holds are tied."),
  }),
]);

const edge = z.strictObject({
  edge: z.string().describe("Owner, dot, edge name."),
  owner: z.string().describe("The owner's name."),
  table: z.string().describe("The owned table, as the manifest writes it."),
  depth: z.int().describe("1 for what the owner owns itself."),
  parent: z.string().nullable().describe("The edge above; null at depth 1."),
  tie: tie.describe("How an owned row is tied."),
  policy: z
    .enum(["cascade", "set_null", "soft_delete", "archive"])
    .describe("What happens to a row that ends."),
  policy_target: z
    .string()
    .nullable()
    .describe("The column of soft_delete, or the table of archive."),
  grace_seconds: z.int().describe("How long a released row waits."),
  keep_when: z.string().nullable().describe("SQL; such a row survives."),
  claim: z.string().nullable().describe("The column that claiming fills."),
  emit: z.array(z.string()).describe("Columns that go to the outbox with the row."),
});

const owner = z.strictObject({
  owner: z.string().describe("The owner's name."),
  table: z.string().describe("Its table, as the manifest writes it."),
  managed: z.boolean().describe("Whether lastwill makes the table itself."),
  expires: z
    .array(z.string())
    .describe("When a row expires, at the earliest of these; none means never."),
  sweep: z.string().describe("How often it is swept: a cron expression, or seconds."),
});

/** The form of that: the manifest, presets filled in and short forms written out. */
export const graphOutput: z.ZodType<GraphOutput> = z.strictObject({
  owners: z.array(owner).describe("In the manifest's order."),
  edges: z.array(edge).describe("Each after the one it hangs below."),
});
