import type { Half } from "../plan/migration.ts";
import { nextPrefixes } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { comment, NOTHING, sqlText } from "./text.ts";

/** Plain SQL for psql, or for a tool of your own: a file for the way up, and one for the way down. */
export const plainSql: MigrationFormat = {
  name: "sql",
  reads: [],
  write: (migrations, { existing, now }) => {
    const prefixes = nextPrefixes(existing, migrations.length, now);
    return migrations.flatMap(({ title, inTransaction, header, hazards, up, down }, index) => {
      const name = `${prefixes[index]}_lastwill-${title}`;
      return [
        newFile(`${name}.up.sql`, psqlScript(header, up, inTransaction), hazards),
        newFile(`${name}.down.sql`, psqlScript(header, down, inTransaction)),
      ];
    });
  },
};

/** A half as a file for `psql -f`, which stops at the first error. */
export function psqlScript(header: readonly string[], half: Half, inTransaction: boolean): string {
  const sql = sqlText(half);
  return [
    comment("--", header),
    "",
    "\\set ON_ERROR_STOP on",
    "",
    inTransaction && sql !== NOTHING ? `begin;\n\n${sql}\n\ncommit;` : sql,
    "",
  ].join("\n");
}
