import type { Hazard } from "../objects/object.ts";
import type { Migration } from "../plan/migration.ts";
import type { Sql } from "../sql/quote.ts";

/** A file for somebody's migration tool. */
export interface MigrationFile {
  /** Its path below the migrations folder, with `/`. */
  readonly name: string;
  readonly text: string;
  /** Whether it takes the place of one that is there, such as a journal. */
  readonly replaces: boolean;
  /** What it does to tables in use or to rows. */
  readonly hazards: readonly Hazard[];
}

/** A file that takes nobody's place. */
export function newFile(
  name: string,
  text: string,
  hazards: readonly Hazard[] = [],
): MigrationFile {
  return { name, text, replaces: false, hazards };
}

/** What a format has to know of the folder that it writes to. */
export interface Folder {
  /** The names of the files and folders in it. */
  readonly existing: readonly string[];
  /** The texts of those that the format asked for by `reads`, where they are there. */
  readonly texts: ReadonlyMap<string, string>;
  /** Milliseconds, for folders that go by timestamps. */
  readonly now: number;
}

/** The form in which one tool wants its migrations. */
export interface MigrationFormat {
  /** As `--format` calls it. */
  readonly name: string;
  /** Files below the folder that it has to read before it writes. */
  readonly reads: readonly string[];
  /** How a statement stands in a file, where that is not as it is. */
  readonly encode?: (statement: Sql) => string;
  /** Whether the tool refuses a file that has changed since it ran. */
  readonly checksums?: true;
  /** Writes each migration as the files that the tool runs, in order, after all that are there. */
  readonly write: (migrations: readonly Migration[], folder: Folder) => MigrationFile[];
}
