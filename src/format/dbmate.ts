import type { Migration } from "../plan/migration.ts";
import { nextPrefixes, UTC_SECONDS } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { assertMarks } from "./marks.ts";
import { singleStatements } from "./single-statements.ts";
import { comment, sqlText } from "./text.ts";

/** One SQL file with dbmate's two marks; outside a transaction, one for each statement. */
export const dbmate: MigrationFormat = {
  name: "dbmate",
  reads: [],
  write: (migrations, { existing, now }) => {
    const steps = migrations.flatMap(singleStatements);
    const prefixes = nextPrefixes(existing, steps.length, now, UTC_SECONDS);
    return steps.map((step, index) =>
      newFile(`${prefixes[index]}_lastwill_${step.title}.sql`, sqlFile(step), step.hazards),
    );
  },
};

function sqlFile({ header, inTransaction, up, down }: Migration): string {
  const option = inTransaction ? "" : " transaction:false";
  const text = [
    comment("--", header),
    "",
    `-- migrate:up${option}`,
    "",
    sqlText(up),
    "",
    `-- migrate:down${option}`,
    "",
    sqlText(down),
    "",
  ].join("\n");
  assertMarks(text, /^--\s*migrate:(up|down)(\s*$|\s+\S+)/gm, 2);
  return text;
}
