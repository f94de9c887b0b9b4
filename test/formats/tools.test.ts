import { beforeAll, describe, expect } from "vitest";
import { formatNamed } from "../../src/format/formats.ts";
import { inFolder, run } from "../golden/golden.ts";
import { withDatabase } from "../support/database.ts";
import { pgDump, testPgDump } from "../support/psql.ts";
import { say } from "../support/server/machine.ts";
import { type Case, EVERY_KIND, generateFor, HOSTILE, write } from "./generated.ts";
import { dbmate } from "./tools/dbmate.ts";
import { drizzle } from "./tools/drizzle.ts";
import { psql } from "./tools/psql.ts";
import { hasRails, rails } from "./tools/rails.ts";
import { flyway, goose, prisma } from "./tools/readers.ts";
import type { Project, Tool } from "./tools/tool.ts";

if (!hasRails)
  say(
    "Rails' migrations are not run: there is no Ruby with Active Record (Debian: ruby-activerecord ruby-pg)",
  );

const REAL: readonly Tool[] = [psql, dbmate, drizzle, ...(hasRails ? [rails] : [])];
/** For tools that cannot be had here: their files, read as they read them. */
const READ: readonly Tool[] = [goose, flyway, prisma];

/** What every other tool's dumps are held against. */
const nodePgMigrate: Tool = {
  format: "node-pg-migrate",
  up: async ({ db, folder }) => void (await run(db, folder, "up")),
  down: async ({ db, folder }) => void (await run(db, folder, "down")),
};

const CASES: readonly [string, Case][] = [
  ["every kind of statement", EVERY_KIND],
  ["names that read like marks", HOSTILE],
];

describe.each(CASES)("%s", (_, chosen) => {
  let expected: readonly string[];
  beforeAll(async () => {
    expected = await dumpsOf(nodePgMigrate, chosen);
    expect(expected.at(-1)).toBe(expected[0]);
    expect(new Set(expected).size).toBe(chosen.manifests.length + 1);
  });

  for (const tool of [...REAL, ...READ]) {
    testPgDump(`${tool.format} goes up and down as node-pg-migrate does`, async () => {
      expect(await dumpsOf(tool, chosen)).toEqual(expected);
    });
  }
});

/** The database's dumps before, after each generation, and after all were taken back. */
function dumpsOf(tool: Tool, { schema, manifests }: Case): Promise<string[]> {
  return withDatabase((db) =>
    inFolder(async (folder) => {
      await db.query(schema);
      const dumps = [await dumpOf(db.url)];
      let project: Project = { db, folder, files: [] };
      let lock: string | undefined;
      for (const manifest of manifests) {
        const before = { files: project.files, lock };
        const made = await generateFor(formatNamed(tool.format), db, manifest, before);
        write(folder, made.files);
        lock = made.lock;
        project = { ...project, files: [...project.files, ...made.files] };
        await tool.up(project);
        dumps.push(await dumpOf(db.url));
      }
      await tool.down(project);
      dumps.push(await dumpOf(db.url));
      return dumps;
    }),
  );
}

/** Without the tables in which tools note what has run. */
function dumpOf(url: string): Promise<string> {
  const lists = ["lastwill_migrations", "schema_migrations", "ar_internal_metadata"];
  const without = lists.flatMap((table) => ["-T", `public.${table}*`]);
  return pgDump(url, ...without, "-N", "drizzle");
}
