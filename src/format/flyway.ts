import type { Half } from "../plan/migration.ts";
import { nextPrefixes } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { comment, sqlText } from "./text.ts";

/** A versioned and an undo migration, each with the settings that Flyway reads beside it. */
export const flyway: MigrationFormat = {
  name: "flyway",
  checksums: true,
  reads: [],
  write: (migrations, { existing, now }) => {
    const versions = nextVersions(existing, migrations.length, now);
    return migrations.flatMap(({ title, inTransaction, header, hazards, up, down }, index) => {
      const name = `${versions[index]}__lastwill_${title}.sql`;
      const about = inTransaction ? header : [...header, "", ...OPEN_TRANSACTION];
      const settings = inTransaction ? NO_PLACEHOLDERS : NO_PLACEHOLDERS + NO_TRANSACTION;
      return [
        newFile(`V${name}`, script(about, up), hazards),
        newFile(`V${name}.conf`, settings),
        newFile(`U${name}`, script(about, down)),
        newFile(`U${name}.conf`, settings),
      ];
    });
  },
};

/** A name or a text may hold what Flyway takes for a placeholder. */
const NO_PLACEHOLDERS = "placeholderReplacement=false\n";

const NO_TRANSACTION = "executeInTransaction=false\n";

const OPEN_TRANSACTION = [
  "An index waits for every open transaction, so Flyway must have none for its lock. If your version",
  "has one, set postgresql.transactional.lock=false.",
];

function script(header: readonly string[], half: Half): string {
  return [comment("--", header), "", sqlText(half), ""].join("\n");
}

/** Goes on in the last part of the highest version: 7, 8 … or 1.4, 1.5 … */
function nextVersions(existing: readonly string[], count: number, now: number): string[] {
  const versions = existing.flatMap((name) => /^[VUB](\d+(?:[._]\d+)*)__/.exec(name)?.[1] ?? []);
  const highest = versions.toSorted(byParts).at(-1) ?? "";
  const [, leading = "", last] = /^(.*?)(\d*)$/.exec(highest) ?? [];
  return nextPrefixes([`${last}_`], count, now, 1).map((prefix) => `${leading}${prefix}`);
}

/** Flyway compares versions part by part, each as a number; a missing one is 0. */
function byParts(a: string, b: string): number {
  const [left = [], right = []] = [a, b].map((version) => version.split(/[._]/).map(Number));
  for (let part = 0; part < Math.max(left.length, right.length); part += 1) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
