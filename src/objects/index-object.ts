import type { TableName } from "../graph.ts";
import { identifiers, lineComment, qualified, type Sql } from "../sql/quote.ts";
import { render, renderStamped } from "../sql/template.ts";
import type { DbObject } from "./object.ts";

/** An index on one of the user's tables, built while writes go on. */
export function indexObjects(index: {
  readonly name: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  /** Why it has to be. */
  readonly why: string;
  readonly comment: string;
}): DbObject[] {
  const [schema] = index.table;
  const drop = `drop index concurrently if exists ${qualified(schema, index.name)};` as Sql;
  const create = render("edge/index.sql", {
    sentence: lineComment(index.why),
    index: index.name,
    table: index.table,
    columns: identifiers(index.columns),
  });
  const commented = renderStamped("edge/comment_index.sql", index.comment, {
    index: [schema, index.name],
  });
  return [
    {
      id: `index ${qualified(schema, index.name)}`,
      phase: "before",
      // A build that was cut off leaves an invalid index behind: it is dropped before the next try.
      create: [drop, create, commented],
      drop: [drop],
      replaces: false,
      needs: [],
      hazards: [
        {
          text: `reads all of ${qualified(...index.table)} to build an index; writes go on meanwhile`,
          size: index.table,
        },
      ],
    },
  ];
}
