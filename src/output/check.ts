import { z } from "zod";
import { FINDING_STATES, type Finding } from "../health/finding.ts";

/** What `check --json` prints. What each key holds the schema says. */
export interface CheckOutput {
  readonly objects: {
    readonly declared: number;
    readonly installed: number;
    readonly compared_by: "definitions" | "stamps";
  } | null;
  readonly findings: readonly Finding[];
}

/** A finding, in `check --json` and in `status --json`. */
export const finding: z.ZodType<Finding> = z.strictObject({
  state: z.enum(FINDING_STATES).describe("What is the matter; a note needs nobody."),
  object: z.string().describe("What it is about: an object, a job, a setting, an owner, an edge."),
  what: z.string().describe("What is wrong, in words."),
  mend: z.string().describe("The command that mends it."),
});

/** The form of `check --json`. */
export const checkOutput: z.ZodType<CheckOutput> = z.strictObject({
  objects: z
    .strictObject({
      declared: z.int().describe("How many things the lock wants, parts of tables included."),
      installed: z.int().describe("How many of them are there, as they are wanted."),
      compared_by: z
        .enum(["definitions", "stamps"])
        .describe("By all that is known of them; or by stamps and routines' bodies alone."),
    })
    .nullable()
    .describe("The lock's objects; null where there is no lock."),
  findings: z.array(finding).describe("What is not as it should be."),
});
