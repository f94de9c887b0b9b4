import type { Half, Migration } from "../plan/migration.ts";
import { nextPrefixes, UTC_SECONDS } from "./file-name.ts";
import { type MigrationFormat, newFile } from "./format.ts";
import { singleStatements } from "./single-statements.ts";
import { comment, sqlText } from "./text.ts";

/** A folder with what `prisma migrate deploy` runs, and the way down beside it, which Prisma has not. */
export const prisma: MigrationFormat = {
  name: "prisma",
  checksums: true,
  reads: [],
  write: (migrations, { existing, now }) => {
    const steps = migrations.flatMap(singleStatements);
    const prefixes = nextPrefixes(existing, steps.length, now, UTC_SECONDS);
    return steps.flatMap((step, index) => {
      const folder = `${prefixes[index]}_lastwill_${step.title}`;
      return [
        newFile(`${folder}/migration.sql`, script(step.header, step.up), step.hazards),
        newFile(`${folder}/down.sql`, script(downHeader(step, folder), step.down)),
      ];
    });
  },
};

function script(header: readonly string[], half: Half): string {
  return [comment("--", header), "", sqlText(half), ""].join("\n");
}

function downHeader({ header }: Migration, folder: string): string[] {
  return [
    ...header,
    "",
    "The way down; Prisma runs it only when told to, and of these folders the last has to be first:",
    `  prisma db execute --file prisma/migrations/${folder}/down.sql`,
    "Then have Prisma forget that it went up:",
    `  delete from _prisma_migrations where migration_name = '${folder}';`,
  ];
}
