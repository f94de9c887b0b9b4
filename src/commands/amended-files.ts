import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Catalog } from "../catalog.ts";
import type { MigrationFile, MigrationFormat } from "../format/format.ts";
import { type Amendment, amendedText, has } from "../plan/amend.ts";
import { identifier, type Sql } from "../sql/quote.ts";

/**
 * The migrations of a folder that do with orphans what the manifest no longer says, as they should read.
 * They may have run in one database and have stopped in another: where they have run, nothing is to do.
 *
 * @param checkedIn the database's catalog, where the tool refuses a file that has changed since it ran:
 *   one whose foreign key is valid there is left alone
 */
export async function amendedFiles(
  folder: string,
  format: MigrationFormat,
  amendments: readonly Amendment[],
  checkedIn: Catalog | undefined,
): Promise<MigrationFile[]> {
  const open = amendments.filter(({ was }) => !checkedIn || !isChecked(was.needs, checkedIn));
  if (open.length === 0) return [];
  const encode = format.encode ?? ((statement: Sql) => statement);
  const names = (await readdir(folder, { recursive: true, encoding: "utf8" })).sort();
  const files = await Promise.all(
    names
      .filter((name) => /\.(?:sql|mjs|rb)$/.test(name))
      .map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") })),
  );
  return files.flatMap(({ name, text }): MigrationFile[] => {
    const made = open.filter(({ was }) => has(text, was, encode));
    if (made.length === 0) return [];
    const hazards = made.flatMap(({ is }) => is.hazards);
    return [{ name, text: amendedText(text, made, encode), replaces: true, hazards }];
  });
}

function isChecked(needs: readonly string[], { tables }: Catalog): boolean {
  const keys = [...tables.values()].flatMap(({ inbound }) => inbound);
  return needs.every((need) =>
    keys.some(
      ({ name, validated }) => validated && need.startsWith(`foreign key ${identifier(name)} `),
    ),
  );
}
