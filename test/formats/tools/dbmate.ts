import { resolveBinary } from "dbmate";
import { execute, type Project, type Tool } from "./tool.ts";

/** The real dbmate. */
export const dbmate: Tool = {
  format: "dbmate",
  up: (project) => run(project, "up"),
  down: async (project) => {
    for (const _ of project.files) await run(project, "rollback");
  },
};

async function run({ db, folder }: Project, command: string): Promise<void> {
  const url = new URL(db.url);
  url.searchParams.set("sslmode", "disable");
  const settings = ["--url", url.href, "--migrations-dir", folder, "--no-dump-schema"];
  await execute(resolveBinary(), [...settings, command]);
}
