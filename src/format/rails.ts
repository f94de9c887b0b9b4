import type { Half, Migration } from "../plan/migration.ts";
import type { Sql } from "../sql/quote.ts";
import { nextPrefixes, UTC_SECONDS } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { comment, statementsOf } from "./text.ts";

/** A class that executes one statement after the other. */
export const rails: MigrationFormat = {
  name: "rails",
  reads: [],
  write: (migrations, { existing, now }) => {
    const prefixes = nextPrefixes(existing, migrations.length, now, UTC_SECONDS);
    return migrations.map((migration, index) => {
      const name = unusedName(migration.title, existing);
      return newFile(
        `${prefixes[index]}_${name}.rb`,
        classFile(migration, className(name)),
        migration.hazards,
      );
    });
  },
};

/** Rails refuses two migrations of one name. */
function unusedName(title: string, existing: readonly string[]): string {
  const name = `lastwill_${title}`;
  const numbers = existing.flatMap((file) => {
    const [, taken, number = "1"] = /^\d+_(lastwill_[a-z]+)(?:_(\d+))?\.rb$/.exec(file) ?? [];
    return taken === name ? [Number(number)] : [];
  });
  return numbers.length === 0 ? name : `${name}_${Math.max(...numbers) + 1}`;
}

/** `lastwill_change_2` → `LastwillChange2`, as Rails finds it. */
function className(name: string): string {
  return name
    .split("_")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

function classFile({ header, inTransaction, up, down }: Migration, name: string): string {
  return [
    comment("#", header),
    "",
    `class ${name} < ActiveRecord::Migration[6.1]`,
    ...(inTransaction ? [] : ["  disable_ddl_transaction!", ""]),
    method("up", up),
    "",
    method("down", down),
    "end",
    "",
  ].join("\n");
}

function method(name: "up" | "down", half: Half): string {
  const statements = statementsOf(half);
  const body = statements.length > 0 ? statements.map(execute) : ["    # Nothing to do this way."];
  return `  def ${name}\n${body.join("\n\n")}\n  end`;
}

/** In a quoted heredoc Ruby reads nothing but its end. */
function execute(sql: Sql): string {
  const lines = sql.split("\n").map((line) => line.trim());
  let end = "SQL";
  while (lines.includes(end)) end += "_";
  return `    execute <<-'${end}'\n${sql}\n    ${end}`;
}
