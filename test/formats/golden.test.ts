import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { MigrationFormat } from "../../src/format/format.ts";
import { FORMATS } from "../../src/format/formats.ts";
import type { Migration } from "../../src/plan/migration.ts";
import { updating } from "../golden/golden.ts";
import { withDatabase } from "../support/database.ts";
import { EVERY_KIND, type Generated, generateFor, nothing, write } from "./generated.ts";

// node-pg-migrate's form is what test/golden shows.
test.each(FORMATS.slice(1))("the files for $name are those expected, to the byte", (format) =>
  withDatabase(async (db) => {
    await db.query(EVERY_KIND.schema);
    const { files } = await allSteps((manifest, before) =>
      generateFor(abridged(format), db, manifest, before),
    );
    const folder = fileURLToPath(new URL(`expected/${format.name}`, import.meta.url));
    if (updating) {
      rmSync(folder, { recursive: true, force: true });
      write(folder, files);
    }
    expect(new Map(files.map(({ name, text }) => [name, text]))).toEqual(filesBelow(folder));
  }),
);

async function allSteps(
  step: (manifest: string, before: Generated) => Promise<Generated>,
): Promise<Generated> {
  let before = nothing;
  for (const manifest of EVERY_KIND.manifests) {
    const { files, lock } = await step(manifest, before);
    before = { files: [...before.files, ...files], lock };
  }
  return before;
}

/**
 * The forms are what is looked at here, not the 2,700 lines of an installation: of what runs in a
 * transaction only the foreign keys are written.
 */
function abridged(format: MigrationFormat): MigrationFormat {
  const short = (half: Migration["up"]) => ({
    ...half,
    statements: half.statements.filter((statement) => /^alter table/m.test(statement)),
  });
  return {
    ...format,
    write: (migrations, folder) =>
      format.write(
        migrations.map((migration) =>
          migration.inTransaction
            ? { ...migration, up: short(migration.up), down: short(migration.down) }
            : migration,
        ),
        folder,
      ),
  };
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
