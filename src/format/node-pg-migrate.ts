import type { Half, Migration } from "../plan/migration.ts";
import { nextPrefixes } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { assertMarks } from "./marks.ts";
import { comment, sqlText, statementsOf } from "./text.ts";

/** SQL files with their two marks; a script for what runs outside a transaction, which they cannot. */
export const nodePgMigrate: MigrationFormat = {
  name: "node-pg-migrate",
  reads: [],
  encode: escapeTemplate,
  write: (migrations, { existing, now }) => {
    const prefixes = nextPrefixes(existing, migrations.length, now);
    return migrations.map((migration, index) => {
      const name = `${prefixes[index]}_lastwill-${migration.title}`;
      return migration.inTransaction
        ? newFile(`${name}.sql`, sqlFile(migration), migration.hazards)
        : newFile(`${name}.mjs`, scriptFile(migration), migration.hazards);
    });
  },
};

function sqlFile({ header, up, down }: Migration): string {
  const text = [
    comment("--", header),
    "",
    "-- Up Migration",
    "",
    sqlText(up),
    "",
    "-- Down Migration",
    "",
    sqlText(down),
    "",
  ].join("\n");
  // It cuts a file at any line that looks so, be it in the midst of a function.
  assertMarks(text, /^\s*--[\s-]*(up|down)\s+migration/gim, 2);
  return text;
}

function scriptFile({ header, up, down }: Migration): string {
  return [
    comment("//", header),
    "",
    '/** @param {import("node-pg-migrate").MigrationBuilder} pgm */',
    `export const up = ${script(up)};`,
    "",
    '/** @param {import("node-pg-migrate").MigrationBuilder} pgm */',
    `export const down = ${script(down)};`,
    "",
  ].join("\n");
}

function script(half: Half): string {
  const calls = statementsOf(half).map(
    (statement) => `  pgm.sql(\`\n${escapeTemplate(statement)}\n\`);\n`,
  );
  const body = calls.length > 0 ? `\n${calls.join("\n")}` : "  // Nothing to do this way.\n";
  return `(pgm) => {\n  pgm.noTransaction();\n${body}}`;
}

function escapeTemplate(sql: string): string {
  return sql.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${");
}
