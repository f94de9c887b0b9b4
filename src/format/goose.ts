import type { Half, Migration } from "../plan/migration.ts";
import { nextPrefixes, UTC_SECONDS } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { assertMarks } from "./marks.ts";
import { comment, NOTHING, statementsOf } from "./text.ts";

/** One SQL file, each of whose statements stands between goose's marks. */
export const goose: MigrationFormat = {
  name: "goose",
  reads: [],
  write: (migrations, { existing, now }) => {
    const prefixes = nextPrefixes(existing, migrations.length, now, UTC_SECONDS);
    return migrations.map((migration, index) =>
      newFile(
        `${prefixes[index]}_lastwill_${migration.title}.sql`,
        sqlFile(migration),
        migration.hazards,
      ),
    );
  },
};

function sqlFile({ header, inTransaction, up, down }: Migration): string {
  const text = [
    ...(inTransaction ? [] : ["-- +goose NO TRANSACTION"]),
    comment("--", header),
    "",
    "-- +goose Up",
    blocks(up),
    "",
    "-- +goose Down",
    blocks(down),
    "",
  ].join("\n");
  const statements = statementsOf(up).length + statementsOf(down).length;
  const marks = (inTransaction ? 2 : 3) + 2 * statements;
  assertMarks(text, /^--\s*\+goose\b.*$/gm, marks);
  return text;
}

function blocks(half: Half): string {
  const statements = statementsOf(half);
  if (statements.length === 0) return NOTHING;
  return statements
    .map((statement) => `-- +goose StatementBegin\n${statement}\n-- +goose StatementEnd`)
    .join("\n\n");
}
