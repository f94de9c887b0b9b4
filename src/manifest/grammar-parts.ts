import * as z from "zod";
import { parseCondition } from "./condition.ts";
import { noUnit, parseInterval } from "./interval.ts";
import { isProblem, shown } from "./problem.ts";

/**
 * A message of the grammar is a fault's two lines: what is wrong, and what to do. One that starts with
 * "must be" is completed with what stands there instead.
 */
export function says(what: string, fix: string): string {
  return `${what}\n${fix}`;
}

/** A mapping with no other keys. Its message for an unknown key is the list of those it knows. */
export function fields<const Shape extends z.ZodRawShape>(
  shape: Shape,
  what: string,
  fix: string,
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape).join(" ");
  const error: z.core.$ZodErrorMap = ({ code }) =>
    code === "unrecognized_keys" ? known : says(`must be ${what}`, fix);
  return z.strictObject(shape, { error });
}

/** A text that is not empty. */
export function text(what: string, fix: string): z.ZodString {
  const error = says(`must be ${what}`, fix);
  return z.string({ error }).min(1, { error });
}

/** A text that `parse` reads without a problem. */
export function readable(parse: (text: string) => unknown, what: string, fix: string): z.ZodString {
  const error: z.core.$ZodErrorMap = ({ input }) =>
    typeof input === "number" ? withoutUnit(input) : says(what, fix);
  return checked(z.string({ error }), parse);
}

/** An SQL condition, as far as it can be read without a database. */
export const condition: z.ZodString = checked(
  z.string({
    error: says("must be an SQL condition", 'Write it as a text, such as "user_id is not null".'),
  }),
  parseCondition,
);

function checked(string: z.ZodString, parse: (text: string) => unknown): z.ZodString {
  return string.superRefine((value, context) => {
    const problem = parse(value);
    if (isProblem(problem)) context.addIssue(says(problem.what, problem.fix));
  });
}

/** The message for a bare number where an interval belongs. */
export function withoutUnit(value: unknown): string {
  const problem = noUnit(Number(value));
  return says(problem.what, problem.fix);
}

export function listOf<Item extends z.ZodType>(
  item: Item,
  what: string,
  fix: string,
): z.ZodArray<Item> {
  return z.array(item, { error: says(`must be ${what}`, fix) });
}

export const column: z.ZodString = text(
  "a column's name",
  'Write it as the database has it, such as "session_sid".',
);

export const columns: z.ZodArray<z.ZodString> = listOf(
  column,
  "a list of columns",
  "Write a list, as in [path, size].",
)
  .min(1, {
    error: says("must be at least one column", "Write the columns, or leave the key out."),
  })
  .superRefine((names, context) => {
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) {
      context.addIssue(says(`${shown(twice)} is named twice`, "Name each column once."));
    }
  });

/** A key column, or several. */
export const key: z.ZodUnion<[z.ZodString, z.ZodArray<z.ZodString>]> = z.union([column, columns], {
  error: says(
    "must be a column's name, or a list of them",
    'Write the key\'s column, such as "id".',
  ),
});

const TABLE = /^(?:"(?:[^"]|"")+"|[^".]+)(?:\.(?:"(?:[^"]|"")+"|[^".]+))?$/;

/** `carts`, `shop.carts`, `shop."my carts"`. */
export const table: z.ZodString = z
  .string({
    error: says("must be a table's name", 'Write it as the database has it, such as "shop.carts".'),
  })
  .regex(TABLE, {
    error: says(
      "must be a table's name",
      'Write "carts", "shop.carts", or names with dots in double quotes: shop."my.carts".',
    ),
  });

export const interval: z.ZodString = readable(
  parseInterval,
  "must be an interval",
  'Write one such as "10 minutes".',
);
