import type { Migration } from "../plan/migration.ts";
import {
  addEntries,
  JOURNAL,
  type JournalEntry,
  NEW_JOURNAL,
  readJournal,
} from "./drizzle-journal.ts";
import { nextPrefixes } from "./file-name.ts";
import { type MigrationFile, type MigrationFormat, newFile } from "./format.ts";
import { assertMarks } from "./marks.ts";
import { psqlScript } from "./sql.ts";
import { comment, NOTHING, statementsOf } from "./text.ts";

/** Custom migrations in drizzle-kit's journal; the ways down, which drizzle has not, in a folder of their own. */
export const drizzle: MigrationFormat = {
  name: "drizzle",
  reads: [JOURNAL],
  write: (migrations, { texts, now }) => {
    if (migrations.length === 0) return [];
    const journal = texts.get(JOURNAL) ?? NEW_JOURNAL;
    const listed = listedAfter(readJournal(journal), migrations, now);
    const text = addEntries(
      journal,
      listed.map(({ entry }) => entry),
    );
    return [...listed.flatMap(filesOf), { name: JOURNAL, text, replaces: true, hazards: [] }];
  },
};

interface Listed {
  readonly migration: Migration;
  readonly entry: JournalEntry;
}

function listedAfter(
  former: readonly JournalEntry[],
  migrations: readonly Migration[],
  now: number,
): Listed[] {
  const tags = former.map(({ tag }) => tag);
  const idx = Math.max(-1, ...former.map((entry) => entry.idx)) + 1;
  const when = Math.max(now, ...former.map((entry) => entry.when + 1));
  // Where drizzle-kit numbers files, a file has its entry's number.
  const prefixes = tags.every((tag) => /^\d{4}_/.test(tag))
    ? migrations.map((_, index) => String(idx + index).padStart(4, "0"))
    : nextPrefixes(tags, migrations.length, now);
  return migrations.map((migration, index) => ({
    migration,
    entry: {
      idx: idx + index,
      version: "7",
      when: when + index,
      tag: `${prefixes[index]}_lastwill_${migration.title}`,
      breakpoints: true,
    },
  }));
}

function filesOf({ migration, entry: { tag, when } }: Listed): MigrationFile[] {
  const { header, inTransaction, hazards, down } = migration;
  const downHeader = [
    ...header,
    "",
    "The way down, which drizzle has not. Run it with psql, the last of these files first:",
    `  psql -f down/${tag}.sql`,
    "Then have drizzle forget that it went up:",
    `  delete from drizzle.__drizzle_migrations where created_at = ${when};`,
  ];
  return [
    newFile(`${tag}.sql`, upFile(migration), hazards),
    newFile(`down/${tag}.sql`, psqlScript(downHeader, down, inTransaction)),
  ];
}

const BREAKPOINT = "--> statement-breakpoint";

const OUTSIDE = [
  "Drizzle runs all that is pending in one transaction, so the first statement ends that and the last",
  "begins another. For drivers that keep to one connection: node-postgres, postgres-js.",
];

function upFile({ header, inTransaction, up }: Migration): string {
  const statements = statementsOf(up);
  const parts = inTransaction ? statements : ["commit;", ...statements, "begin;"];
  const about = inTransaction ? header : [...header, "", ...OUTSIDE];
  const text = [
    comment("--", about),
    "",
    statements.length > 0 ? parts.join(`\n${BREAKPOINT}\n`) : NOTHING,
    "",
  ].join("\n");
  const breakpoints = statements.length > 0 ? parts.length - 1 : 0;
  // It cuts a file wherever the mark stands, be it in a name.
  assertMarks(text, new RegExp(BREAKPOINT, "g"), breakpoints);
  return text;
}
