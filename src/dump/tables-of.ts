import type { parseTableName } from "../table-name.ts";
import { beginning, parseName, TABLE } from "./beginning.ts";

/** A table's name, and its schema where one is written. */
export type WrittenTable = ReturnType<typeof parseTableName>;

const OF_TABLE: readonly RegExp[] = [
  beginning("create (?:(?:unlogged|foreign) )?table (?:if not exists )?(TABLE)"),
  beginning("create (?:or replace )?(?:recursive |materialized )?view (?:if not exists )?(TABLE)"),
  beginning(
    "alter (?:foreign )?table (?:if exists )?(?:only )?(?!only )(TABLE) \\b(?!add constraint NAME (?:check|exclude)\\b)",
  ),
  // An index of another kind is no key, and does not find what refers.
  beginning("create (?:unique )?index (?:NAME )?on (?:only )?(TABLE)(?: using btree)?\\s*\\("),
  beginning("comment on table (TABLE)"),
];

const REFERENCE = new RegExp(
  `^alter\\s.*\\sforeign\\s+key\\s*\\([^)]*\\)\\s+references\\s+(${TABLE})`,
  "is",
);

/**
 * The tables or views of which a catalog would say something else without this statement: none, one, or
 * both ends of a foreign key.
 */
export function tablesOf(sql: string): WrittenTable[] {
  return [...OF_TABLE, REFERENCE].flatMap((kind) => {
    const written = kind.exec(sql)?.[1];
    return written === undefined ? [] : [parseName(written)];
  });
}
