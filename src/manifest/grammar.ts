import * as z from "zod";
import { edgeList } from "./edge-grammar.ts";
import {
  column,
  fields,
  interval,
  key,
  listOf,
  readable,
  says,
  table,
  text,
} from "./grammar-parts.ts";
import type { ExpiryInput, OwnerInput, OwnershipInput } from "./input.ts";
import { parseInterval } from "./interval.ts";
import { MAX_WORKERS, parseSchedule } from "./schedule.ts";

const expiryFix = "Write the name of its column, or {column: updated_at, after: 30 days}.";
const expiryRule: z.ZodType<ExpiryInput> = z.union(
  [
    column,
    fields(
      {
        column: column.describe("The column that the moment is reckoned from."),
        after: interval.describe("An interval to add, such as `30 days`.").optional(),
        zone: text("a time zone's name", 'Write the zone that the values are in, such as "UTC".')
          .describe("The time zone of a timestamp without time zone, such as `UTC`.")
          .optional(),
        unit: z
          .enum(["seconds", "milliseconds"])
          .describe("What an integer column counts since 1970.")
          .optional(),
      },
      "an expiry rule",
      expiryFix,
    ),
  ],
  { error: says("must be an expiry rule", expiryFix) },
);
const expires = z.union(
  [
    expiryRule,
    listOf(expiryRule, "expiry rules", expiryFix).min(1, {
      error: says("must be at least one expiry rule", `${expiryFix} Or leave "expires" out.`),
    }),
  ],
  { error: says("must be an expiry rule, or a list of them", expiryFix) },
);

const data = fields(
  {
    column: column.describe("The column that holds the data."),
    format: z
      .enum(["json", "ruby-marshal", "php", "django"])
      .describe(
        "How the data is encoded there. Default: as the store does it, if the column is the store's; " +
          "else json, in a json, jsonb or text column.",
      )
      .optional(),
  },
  "{column, format}",
  "Write the column that holds the data, as in {column: sess, format: json}.",
);

const wholeNumber = z.int({ error: says("must be a whole number", "Write 1 or more.") }).min(1, {
  error: says("must be 1 or more", "Write a larger number, or leave the key out."),
});
const sweep = fields(
  {
    every: readable(parseSchedule, "must be an interval or a cron expression", 'Write "1 minute".')
      .describe("How often it runs: an interval, or a cron expression. Default: 1 minute.")
      .optional(),
    budget: readable(atLeastASecond, "must be an interval", 'Write one such as "20 seconds".')
      .describe("The time that one run may take. Default: 20 seconds.")
      .optional(),
    hold_over: z
      .number({
        error: says("must be a fraction", 'Write a number between 0 and 1, such as "0.5".'),
      })
      .gt(0, { error: says("must be more than 0", "Write a fraction such as 0.5.") })
      .lte(1, { error: says("must be 1 at most", "Write a fraction such as 0.5.") })
      .describe("The fraction of the rows that may be due at once before it asks. Default: 0.5.")
      .optional(),
    workers: wholeNumber
      .max(MAX_WORKERS, {
        error: says(`must be ${MAX_WORKERS} at most`, "One for each processor is enough."),
      })
      .describe("How many sweep at once when there is a backlog. Default: 1.")
      .optional(),
    log_days: wholeNumber.describe("How many days a run stays in the log. Default: 30.").optional(),
  },
  "a mapping",
  "Write how the sweep runs, as in {every: 1 minute}.",
);

function atLeastASecond(budget: string): unknown {
  const seconds = parseInterval(budget);
  if (seconds !== 0) return seconds;
  return {
    what: "a run that may take no time does nothing",
    fix: 'Write an interval such as "20 seconds".',
  };
}

const ownerShape = {
  table: table.describe("The owner's table.").optional(),
  key: key.describe("The owner's key. Default: the table's primary key.").optional(),
  expires: expires
    .describe(
      "When a row expires: at the earliest of these rules. Without any, only a deletion ends it.",
    )
    .optional(),
  data: data.describe("The column whose data names owned rows.").optional(),
  store: z
    .enum(["connect-pg-simple", "rails", "django", "laravel", "better-auth", "authjs"])
    .describe(
      "The session store: fills table, key, expires and data. What is written beside it wins.",
    )
    .optional(),
  sweep: sweep.describe("How expired rows of this owner are ended.").optional(),
  managed: z
    .boolean({ error: says("must be true or false", "Write true if the sessions lie elsewhere.") })
    .describe("The sessions lie outside PostgreSQL: lastwill makes the table of their keys itself.")
    .optional(),
  was: text("a name", "Write the name that the owner had before.")
    .describe(
      "The name that this owner had before: what was made for it is renamed. May stay when it is done.",
    )
    .optional(),
  owns: edgeList.describe("What the owner's rows own.").optional(),
};

/** The keys that an owner may have. */
export const ownerKeys: readonly string[] = Object.keys(ownerShape);

const owner: z.ZodType<OwnerInput> = fields(
  ownerShape,
  "a mapping that declares an owner",
  "Write at least its table, or its store: {store: connect-pg-simple}.",
).meta({ id: "owner", description: "A table whose rows end: sessions, usually." });

const cron = z.union(
  [
    z.enum(["auto", "none"]),
    fields(
      { database: text("a database's name", "Write the database that pg_cron is in.") },
      "auto, none or {database: NAME}",
      "Write {database: postgres}.",
    ),
  ],
  {
    error: says(
      "must be auto, none or {database: NAME}",
      'Write "auto" for pg_cron in this database, or name the database that pg_cron is in.',
    ),
  },
);

const roles = listOf(
  text("a role's name", "Write it as the database has it."),
  "a list of roles",
  "Write a list, as in [app].",
);
const grants = fields(
  {
    inspect: roles.describe("May read the views and tables of schema lastwill.").optional(),
    tie: roles.describe("May call adopt, claim and touch.").optional(),
    sweep: roles.describe("May call the sweep.").optional(),
    drain: roles.describe("May take letters from lastwill.outbox.").optional(),
  },
  "a mapping",
  "Write which roles may do what, as in {inspect: [app]}.",
);

const ownersFix = "Declare at least one owner: owners: {session: {store: connect-pg-simple}}.";

/** The whole grammar of the manifest, also what this version reads and then refuses. */
export const manifestGrammar: z.ZodType<OwnershipInput> = fields(
  {
    $schema: z
      .string({ error: says("must be a text", "Write the address of the JSON Schema.") })
      .describe("The JSON Schema that an editor checks this file against.")
      .optional(),
    owners: z
      .record(z.string(), owner, { error: says("must be a mapping of owners", ownersFix) })
      .describe(
        "The tables whose rows end, each under the name that views and commands call it by.",
      ),
    cron: cron
      .describe(
        "How the sweep is scheduled. auto: by pg_cron in this database, if it can be; none: by you; " +
          "{database}: by pg_cron in that database. Default: auto.",
      )
      .optional(),
    grants: grants.describe("The roles that may look, tie, sweep and drain.").optional(),
  },
  'a mapping with the key "owners"',
  ownersFix,
);
