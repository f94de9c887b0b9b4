import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import type { MigrationFile, MigrationFormat } from "../../src/format/format.ts";
import { FORMATS } from "../../src/format/formats.ts";
import type { Half, Migration } from "../../src/plan/migration.ts";
import { updating } from "../golden/golden.ts";
import { withDatabase } from "../support/database.ts";
import { EVERY_KIND, folderOf, generateFor, nothing, write } from "./generated.ts";

/** The migrations of one generation after the other. */
let generations: readonly (readonly Migration[])[];

beforeAll(async () => {
  generations = await plan();
});

// node-pg-migrate's form is what test/golden shows.
test.each(FORMATS.slice(1))("the files for $name are those expected, to the byte", (format) => {
  let files: readonly MigrationFile[] = [];
  for (const migrations of generations)
    files = [...files, ...format.write(migrations.map(abridged), folderOf(files))];
  const folder = fileURLToPath(new URL(`expected/${format.name}`, import.meta.url));
  if (updating) {
    rmSync(folder, { recursive: true, force: true });
    write(folder, files);
  }
  expect(new Map(files.map(({ name, text }) => [name, text]))).toEqual(filesBelow(folder));
});

async function plan(): Promise<Migration[][]> {
  const planned: Migration[][] = [];
  const format: MigrationFormat = {
    name: "sql",
    reads: [],
    write: (migrations) => {
      planned.push([...migrations]);
      return [];
    },
  };
  await withDatabase(async (db) => {
    await db.query(EVERY_KIND.schema);
    let before = nothing;
    for (const manifest of EVERY_KIND.manifests)
      before = await generateFor(format, db, manifest, before);
  });
  return planned;
}

/**
 * The forms are what is looked at here, not the 2,700 lines of an installation: of what runs in a
 * transaction only the foreign keys are written.
 */
function abridged(migration: Migration): Migration {
  if (!migration.inTransaction) return migration;
  const short = (half: Half) => ({
    ...half,
    statements: half.statements.filter((statement) => /^alter table/m.test(statement)),
  });
  return { ...migration, up: short(migration.up), down: short(migration.down) };
}

function filesBelow(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]),
  );
}
