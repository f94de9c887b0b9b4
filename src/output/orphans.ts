import { z } from "zod";

/** What `orphans --json` prints. What each key holds the schema says. */
export interface OrphansOutput {
  readonly orphans: readonly LingeringRows[] | null;
  readonly released: readonly HandedOver[] | null;
}

/** The rows of one edge that linger. */
export interface LingeringRows {
  readonly edge: string;
  readonly owned: string;
  readonly rows: number;
  readonly sample: readonly string[];
}

/** What was done about the rows of one edge. */
export interface HandedOver {
  readonly edge: string;
  readonly rows: number;
  readonly became: "released" | "deleted" | "untied";
  readonly grace_seconds: number | null;
}

/** The form of `orphans --json`. */
export const orphansOutput: z.ZodType<OrphansOutput> = z.strictObject({
  orphans: z
    .array(
      z.strictObject({
        edge: z.string().describe("The edge whose rows linger: owner, dot, edge name."),
        owned: z.string().describe("Their table."),
        rows: z.int().describe("How many they are."),
        sample: z.array(z.string()).describe("The keys of some of them, five at most."),
      }),
    )
    .nullable()
    .describe("The rows that linger, edge by edge; null with --release."),
  released: z
    .array(
      z.strictObject({
        edge: z.string().describe("The edge whose rows lingered."),
        rows: z.int().describe("How many they were."),
        became: z
          .enum(["released", "deleted", "untied"])
          .describe("What they are now: waiting for the sweep, or what their foreign key does."),
        grace_seconds: z
          .number()
          .nullable()
          .describe("How long they wait for the sweep; null where they do not."),
      }),
    )
    .nullable()
    .describe("What was handed to the sweep, with --release; else null."),
});
