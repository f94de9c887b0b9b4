import type { MigrationFile } from "../../../src/format/format.ts";
import type { Project, Tool } from "./tool.ts";

/** A tool that is not here, or keeps no list of what has run: files are read as it reads them. */
export interface Reader {
  readonly format: string;
  readonly isUp: (name: string) => boolean;
  readonly isDown: (name: string) => boolean;
  readonly run: (project: Project, file: MigrationFile, isUp: boolean) => Promise<void>;
}

/** Runs the files of a reader in their order, and keeps the list that such tools keep. */
export function toolOf({ format, isUp, isDown, run }: Reader): Tool {
  return {
    format,
    up: async (project) => {
      const ran = await namesOfRan(project);
      for (const file of project.files) {
        if (!isUp(file.name) || ran.has(file.name)) continue;
        await run(project, file, true);
        await project.db.query("insert into schema_migrations values ($1)", [file.name]);
      }
    },
    down: async (project) => {
      for (const file of project.files.toReversed())
        if (isDown(file.name)) await run(project, file, false);
      await project.db.query("truncate schema_migrations");
    },
  };
}

async function namesOfRan({ db }: Project): Promise<ReadonlySet<string>> {
  await db.query("create table if not exists schema_migrations (name text primary key)");
  const rows = await db.query<{ name: string }>("select name from schema_migrations");
  return new Set(rows.map(({ name }) => name));
}
