import type { Half, Migration } from "../plan/migration.ts";
import { nextPrefixes } from "./file-name.ts";
import type { MigrationFormat } from "./format.ts";
import { comment, sqlText, statementsOf } from "./text.ts";

/** SQL files with their two marks; a script for what runs outside a transaction, which they cannot. */
export const nodePgMigrate: MigrationFormat = {
  name: "node-pg-migrate",
  reads: [],
  write: (migrations, { existing, now }) => {
    const prefixes = nextPrefixes(existing, migrations.length, now);
    return migrations.map((migration, index) => ({
      name: `${prefixes[index]}_lastwill-${migration.title}.${migration.inTransaction ? "sql" : "mjs"}`,
      text: migration.inTransaction ? sqlFile(migration) : scriptFile(migration),
      replaces: false,
      hazards: migration.hazards,
    }));
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
  assertHalves(text);
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

/**
 * node-pg-migrate cuts an SQL file in two at any line that looks like its own marks, be it in the
 * midst of a function. Quoting keeps names from making one; this keeps templates from it.
 */
function assertHalves(text: string): void {
  const marks = text.match(/^\s*--[\s-]*(up|down)\s+migration/gim) ?? [];
  if (marks.length !== 2) throw new Error(`a template has a line that reads like a mark: ${marks}`);
}
