import { loadModule, parseSync } from "libpg-query";
import type { TestDatabase } from "../../support/database.ts";
import { toolOf } from "./list.ts";
import type { Tool } from "./tool.ts";

await loadModule();

/** Not on npm. Reads a file as its parser does: a statement is what stands between two marks, whatever it holds. */
export const goose: Tool = toolOf({
  format: "goose",
  isUp: () => true,
  isDown: () => true,
  run: ({ db }, { text }, isUp) => {
    const [head = "", up = "", down = ""] = text.split(/^-- \+goose (?:Up|Down)$/m);
    const blocks = (isUp ? up : down).split(/^-- \+goose StatementBegin$/m).slice(1);
    const statements = blocks.map((block) => block.split(/^-- \+goose StatementEnd$/m)[0] ?? "");
    for (const statement of statements)
      if (statementsIn(statement).length !== 1)
        throw new Error(`more or less than one statement: ${statement}`);
    return runAll(db, statements, !head.startsWith("-- +goose NO TRANSACTION\n"));
  },
});

/** Not on npm. It finds statements by itself, and asks the file beside each whether to put them in a transaction. */
export const flyway: Tool = toolOf({
  format: "flyway",
  isUp: (name) => /^V\d+__\w+\.sql$/.test(name),
  isDown: (name) => /^U\d+__\w+\.sql$/.test(name),
  run: ({ db, files }, { name, text }) => {
    const settings = files.find((file) => file.name === `${name}.conf`)?.text.split("\n") ?? [];
    if (!settings.includes("placeholderReplacement=false"))
      throw new Error(`placeholders would be replaced in ${name}`);
    return runAll(db, statementsIn(text), !settings.includes("executeInTransaction=false"));
  },
});

/** Its engine cannot be had here. It sends a file as one query, as this does. */
export const prisma: Tool = toolOf({
  format: "prisma",
  isUp: (name) => name.endsWith("/migration.sql"),
  isDown: (name) => name.endsWith("/down.sql"),
  run: async ({ db }, { text }) => void (await db.query(text)),
});

/** The statements of a text, as PostgreSQL's own parser finds them. */
function statementsIn(text: string): string[] {
  const bytes = Buffer.from(text);
  const found = parseSync(text).stmts ?? [];
  return found.map(({ stmt_location: start = 0, stmt_len: length }) =>
    bytes.subarray(start, length === undefined ? undefined : start + length).toString(),
  );
}

async function runAll(
  db: TestDatabase,
  statements: readonly string[],
  inTransaction: boolean,
): Promise<void> {
  const all = inTransaction ? ["begin", ...statements, "commit"] : statements;
  for (const statement of all) await db.query(statement);
}
