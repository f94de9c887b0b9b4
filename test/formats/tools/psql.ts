import { join } from "node:path";
import { inject } from "vitest";
import { execute, type Project, type Tool } from "./tool.ts";
import "../../support/provided.ts";

/** The ways up of a folder from first to last, and the ways down from last to first. */
export const psql: Tool = {
  format: "sql",
  up: async (project) => {
    const ran = await namesOfRan(project);
    for (const { name } of project.files) {
      if (!name.endsWith(".up.sql") || ran.has(name)) continue;
      await runFile(project, name);
      await project.db.query("insert into schema_migrations values ($1)", [name]);
    }
  },
  down: async (project) => {
    for (const { name } of project.files.toReversed())
      if (name.endsWith(".down.sql")) await runFile(project, name);
    await project.db.query("truncate schema_migrations");
  },
};

/** psql keeps no list, so this keeps one. */
async function namesOfRan({ db }: Project): Promise<ReadonlySet<string>> {
  await db.query("create table if not exists schema_migrations (name text primary key)");
  const rows = await db.query<{ name: string }>("select name from schema_migrations");
  return new Set(rows.map(({ name }) => name));
}

/** Without psql's own switch to stop at an error: the file has to say so. */
export async function runFile({ db, folder }: Project, name: string): Promise<void> {
  const program = inject("psql");
  if (program === null) throw new Error("there is no psql");
  await execute(program, ["-X", "-q", "-f", join(folder, name), db.url]);
}
