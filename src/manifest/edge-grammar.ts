import * as z from "zod";
import { parseDataPath } from "./data-path.ts";
import {
  column,
  columns,
  condition,
  fields,
  interval,
  key,
  listOf,
  readable,
  says,
  table,
  text,
  withoutUnit,
} from "./grammar-parts.ts";
import type { EdgeInput } from "./input.ts";

const by = z.union(
  [
    column,
    columns,
    fields(
      {
        column: column.describe("The column that holds the owner's key."),
        type_column: column.describe("The column that says which table the key is of."),
        type: text("a text", "Write what the type column holds for rows of this owner.").describe(
          "What the type column holds for rows of this owner.",
        ),
      },
      "{column, type_column, type}",
      'Write the column\'s name, such as "session_sid".',
    ),
  ],
  {
    error: says(
      "must be a column's name, a list of them, or {column, type_column, type}",
      "Name the owned table's column that holds the owner's key, such as \"session_sid\".",
    ),
  },
);

const from = z.union(
  [
    readable(parseDataPath, "must be a path", 'Write one such as "uploads[].id".'),
    fields(
      { column: column.describe("The owner's column that holds the owned row's key.") },
      "a path, or {column}",
      "Write {column: cart_id}.",
    ),
  ],
  {
    error: says(
      "must be a path in the owner's data, or {column}",
      'Say where the owner names the owned row: "uploads[].id", or {column: cart_id}.',
    ),
  },
);

const through = fields(
  {
    table: table.describe("The table between the two."),
    owner: column.describe("Its column that holds the owner's key."),
    owned: column.describe("Its column that holds the owned row's key."),
  },
  "{table, owner, owned}",
  "Name the table between the two, its column for the owner's key, and that for the owned key.",
);

const onDelete = z.union(
  [
    z.enum(["cascade", "set_null"]),
    fields({ soft_delete: column }, "{soft_delete: column}", "Write {soft_delete: deleted_at}."),
    fields({ archive: table }, "{archive: table}", "Write {archive: archive.carts}."),
  ],
  {
    error: says(
      "must be cascade, set_null, {soft_delete: column} or {archive: table}",
      'Write one of them; "cascade" deletes the row.',
    ),
  },
);

const grace = z.union([interval, z.literal(0, { error: ({ input }) => withoutUnit(input) })], {
  error: says("must be an interval, or 0", 'Write one such as "10 minutes"; 0 means at once.'),
});

const shape = {
  table: table.describe(
    "The owned table. Without a schema, it is found as the search_path finds it.",
  ),
  by: by
    .describe(
      "The owned table's column that holds the owner's key, or several; they become a foreign key. " +
        "{column, type_column, type}: the column holds keys of several tables, and another says of which.",
    )
    .optional(),
  from: from
    .describe(
      "Where the owner names the owned row: a path in its data (dots go down, [] takes every element), " +
        "or a column. It becomes triggers.",
    )
    .optional(),
  through: through.describe("The table between the two, where both are many.").optional(),
  key: key.describe("The owned table's key. Default: its primary key.").optional(),
  name: text("a name", "Write a name that no other edge of the owner has.")
    .describe(
      "What views and commands call this edge; unique per owner. Default: the table's name.",
    )
    .optional(),
  was: text("a name", "Write the name that the edge had before.")
    .describe(
      "The name that this edge had before (or its table, if that was its name): what was made for " +
        "it is renamed, links and all. May stay when it is done.",
    )
    .optional(),
  on_delete: onDelete
    .describe("What happens to an owned row that ends. Default: cascade.")
    .optional(),
  keep_when: condition
    .describe("SQL over the owned row: a row for which it holds survives, detached.")
    .optional(),
  grace: grace
    .describe(
      "How long a released row waits to be named or adopted again; 0: not at all. " +
        "Default: 10 minutes; with by, 0.",
    )
    .optional(),
  claim: column
    .describe(
      "The column that lastwill.claim_<owner>() fills; a row that has it filled survives, detached.",
    )
    .optional(),
  emit: columns.describe("Columns to put into lastwill.outbox when the row goes.").optional(),
  on_replace: z
    .enum(["release", "keep"])
    .describe(
      "What happens to a row whose pointer is replaced while its owner lives. Default: release.",
    )
    .optional(),
  guard: condition
    .describe("SQL over owner and owned: a data edge ties only the rows for which it holds.")
    .optional(),
  orphans: z
    .enum(["stop", "delete", "set_null"])
    .describe(
      "What the migration does with rows that name one above them that is not there, before it " +
        "checks the new foreign key. Default: stop.",
    )
    .optional(),
  get owns(): z.ZodOptional<z.ZodArray<z.ZodType<EdgeInput>>> {
    return edgeList.describe("What the owned rows own in turn.").optional();
  },
};

/** The keys that an edge may have. */
export const edgeKeys: readonly string[] = Object.keys(shape);

/** A tie to an owned table, and the edges below it. That it is tied in one way only is a rule. */
export const edgeGrammar: z.ZodType<EdgeInput> = fields(
  shape,
  "an edge",
  "Write a mapping with its table and its tie: {table: carts, by: session_sid}.",
).meta({
  id: "edge",
  description: "A tie to an owned table: exactly one of by, from and through.",
});

/** What `owns` holds, under an owner or under an edge. */
export const edgeList: z.ZodArray<z.ZodType<EdgeInput>> = listOf(
  edgeGrammar,
  "a list of edges",
  "Write a list: owns: [{table: carts, by: session_sid}].",
);
