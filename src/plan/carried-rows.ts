import type { DbObject } from "../objects/object.ts";
import { join, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";

/** How a table of ours that is made anew keeps its rows. */
export interface CarriedRows {
  /** Before the former table is dropped. */
  readonly away: Sql;
  /** After the new one is made. */
  readonly back: Sql;
}

interface Column {
  readonly name: string;
  readonly isIdentity: boolean;
}

const TABLE = /^create table (lastwill\..+) \(\n([\s\S]*?)\n\);$/m;
const COLUMN = /^ {2}((?:U&)?"(?:[^"]|"")+"|[a-z_]\w*) (.*?),?$/;

/**
 * The rows of a table of ours go from its former self to its new one, in the columns that both have;
 * undefined where other rows belong into it, or where it is no table. A column that is new must have a
 * default, or be nullable.
 */
export function carryOver(before: DbObject, after: DbObject): CarriedRows | undefined {
  if (before.content !== after.content) return undefined;
  const [table, former] = columnsOf(before) ?? [];
  const [, latter] = columnsOf(after) ?? [];
  if (table === undefined || former === undefined || latter === undefined) return undefined;
  const both = latter.filter(({ name }) => former.some((column) => column.name === name));
  const identity = both.find(({ isIdentity }) => isIdentity);
  const columns = join(
    both.map(({ name }) => name as Sql),
    ", ",
  );
  return {
    away: render("migration/rows_away.sql", { table, columns }),
    back: render("migration/rows_back.sql", {
      table,
      columns,
      overriding: (identity ? "overriding system value" : "") as Sql,
      sequence: identity ? restart(table, identity) : ("" as Sql),
    }),
  };
}

function restart(table: Sql, { name }: Column): Sql {
  return render("migration/restart_identity.sql", {
    table,
    table_text: table,
    column: name as Sql,
    column_text: name.replace(/^"(.*)"$/, "$1").replaceAll('""', '"'),
  });
}

/** The columns as our own templates write them: one to a line, before the constraints. */
function columnsOf({ create }: DbObject): [Sql, Column[]] | undefined {
  const [, table, body] = TABLE.exec(create.join("\n")) ?? [];
  if (table === undefined || body === undefined) return undefined;
  const columns = body.split("\n").flatMap((line): Column[] => {
    const [, name, rest = ""] = COLUMN.exec(line) ?? [];
    if (name === undefined || name === "constraint") return [];
    return [{ name, isIdentity: / generated always as identity/.test(rest) }];
  });
  return [table as Sql, columns];
}
