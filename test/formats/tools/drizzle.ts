import { drizzle as connect } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import { runFile } from "./psql.ts";
import type { Tool } from "./tool.ts";

/** The real migrator of drizzle-orm, and psql for the ways down, as their headers say. */
export const drizzle: Tool = {
  format: "drizzle",
  up: async ({ db, folder }) => {
    const pool = db.pool({ max: 1 });
    await migrate(connect(pool), { migrationsFolder: folder });
    await pool.end();
  },
  down: async (project) => {
    for (const { name, text } of project.files.toReversed()) {
      if (!name.startsWith("down/")) continue;
      await runFile(project, name);
      await project.db.query(/^-- {3}(delete from .*;)$/m.exec(text)?.[1] ?? "");
    }
    const left = await project.db.query("select hash from drizzle.__drizzle_migrations");
    if (left.length > 0) throw new Error(`drizzle still lists ${left.length} migrations`);
  },
};
