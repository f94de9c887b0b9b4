import type { Folder, MigrationFile, MigrationFormat } from "../../../src/format/format.ts";
import type { DbObject } from "../../../src/objects/object.ts";
import { diff } from "../../../src/plan/diff.ts";
import { migrationsOf } from "../../../src/plan/migration.ts";
import { thing } from "../plan/things.ts";

/** 2026-02-03 04:05:06 UTC. */
export const NOW = 1_770_091_506_000;

/** One thing for each phase; the index has more statements on the way up than on the way down. */
export const ALL: readonly DbObject[] = [
  thing("index a", {
    phase: "before",
    create: ["drop index a;", "create index a;", "comment on a;"] as unknown as DbObject["create"],
  }),
  thing("schema lastwill"),
  thing("job a", { phase: "after" }),
];

/** What a format writes to go from some objects to others. */
export function written(
  format: MigrationFormat,
  change: { readonly before?: readonly DbObject[]; readonly after?: readonly DbObject[] },
  folder: Partial<Folder> = {},
): MigrationFile[] {
  const { before = [], after = [] } = change;
  return format.write(migrationsOf(diff(before, after), diff(after, before)), {
    existing: [],
    texts: new Map(),
    now: NOW,
    ...folder,
  });
}

/** The files' names. */
export function names(files: readonly MigrationFile[]): string[] {
  return files.map(({ name }) => name);
}

/** The text of one file. */
export function textOf(files: readonly MigrationFile[], name: string | RegExp): string {
  const found = files.find((file) =>
    typeof name === "string" ? file.name === name : name.test(file.name),
  );
  if (!found) throw new Error(`there is no file ${name} among ${names(files)}`);
  return found.text;
}
