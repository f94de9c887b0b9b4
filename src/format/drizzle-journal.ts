import { UsageError } from "../exit.ts";

/** Where drizzle-kit keeps the order of the migrations, below their folder. */
export const JOURNAL = "meta/_journal.json";

/** A migration, as drizzle-kit's journal lists it. */
export interface JournalEntry {
  readonly idx: number;
  readonly version: string;
  /** Milliseconds; drizzle runs what is newer than the last that ran. */
  readonly when: number;
  /** The file's name without `.sql`. */
  readonly tag: string;
  readonly breakpoints: boolean;
}

/** As drizzle-kit begins one. */
export const NEW_JOURNAL = '{"version":"7","dialect":"postgresql","entries":[]}';

/** The entries of a journal, oldest first. Throws UsageError when it is not drizzle-kit's for PostgreSQL. */
export function readJournal(text: string): readonly JournalEntry[] {
  const { dialect, entries } = parse(text);
  if (dialect === "postgresql" && Array.isArray(entries) && entries.every(isEntry)) return entries;
  throw new UsageError(
    `${JOURNAL} in the migrations folder is not a journal of drizzle-kit's for PostgreSQL\n` +
      "  Restore it from version control, or name the folder that drizzle-kit writes to: -o drizzle.",
  );
}

function parse(text: string): { readonly dialect?: unknown; readonly entries?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}

function isEntry(value: unknown): boolean {
  const { idx, when, tag } = Object(value);
  return Number.isInteger(idx) && Number.isInteger(when) && typeof tag === "string";
}

/** The last entry, with the white space before it. */
const LAST = /(\s*)\{[^{}]*\}(?=\s*\]\s*\}\s*$)/;

/** Puts entries after the last one, and leaves every other byte as it is. */
export function addEntries(text: string, entries: readonly JournalEntry[]): string {
  const last = LAST.exec(text);
  if (!last) {
    // Nothing to go by, so written as drizzle-kit would.
    const journal = JSON.parse(text);
    return JSON.stringify({ ...journal, entries: [...journal.entries, ...entries] }, null, 2);
  }
  const [whole, gap = ""] = last;
  const end = last.index + whole.length;
  const indent = gap.replace(/^\s*\n/, "");
  const unit = gap.includes("\n") ? indent.slice(indent.length / 2) : "";
  const added = entries.map(
    (entry) => `,${gap}${JSON.stringify(entry, null, unit).replaceAll("\n", gap)}`,
  );
  return text.slice(0, end) + added.join("") + text.slice(end);
}
