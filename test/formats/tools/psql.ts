import { join } from "node:path";
import { inject } from "vitest";
import { toolOf } from "./list.ts";
import { execute, type Project, type Tool } from "./tool.ts";
import "../../support/provided.ts";

/** The ways up of a folder from first to last, and the ways down from last to first. */
export const psql: Tool = toolOf({
  format: "sql",
  isUp: (name) => name.endsWith(".up.sql"),
  isDown: (name) => name.endsWith(".down.sql"),
  run: (project, { name }) => runFile(project, name),
});

/** Without psql's own switch to stop at an error: the file has to say so. */
export async function runFile({ db, folder }: Project, name: string): Promise<void> {
  const program = inject("psql");
  if (program === null) throw new Error("there is no psql");
  await execute(program, ["-X", "-q", "-f", join(folder, name), db.url]);
}
