const COLUMN = /^column ((lastwill\..*)\.("(?:[^"]|"")*"|[^".]+))$/s;

/** A column's id, taken apart; undefined where it is no column's. */
export function splitColumnId(id: string): { table: string; column: string } | undefined {
  const [, , table, column] = COLUMN.exec(id) ?? [];
  return table === undefined || column === undefined ? undefined : { table, column };
}
