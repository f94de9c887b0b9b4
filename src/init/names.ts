import { firstInPath, type Relation } from "../catalog.ts";
import { singular } from "../manifest/suggest.ts";

/** What a name ends with when it names a row and not a thing: `cart_id`, `draftIds`. */
const KEY_WORDS: ReadonlySet<string> = new Set(
  "id ids uuid uuids guid key keys sid pk token".split(" "),
);

/** `cartItems`, `cart_items` and `Cart-Items` are cart and item. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => singular(word.toLowerCase()));
}

/** The thing that a name of a key speaks of: `cart` of `cart_id`; of `id` alone nothing. */
export function subjectOf(name: string): string[] {
  const words = wordsOf(name);
  while (words.length > 0 && KEY_WORDS.has(words.at(-1) ?? "")) words.pop();
  return words;
}

/**
 * How well a subject names a table: 0 by its very name, 1 but for what stands before the table's
 * (`shop_carts`), 2 but for what stands before the subject (`currentCart`). Undefined when it does not.
 */
export function namesTable(subject: readonly string[], table: string): 0 | 1 | 2 | undefined {
  const words = wordsOf(table);
  if (subject.length === 0 || words.length === 0) return undefined;
  if (endsWith(words, subject)) return words.length === subject.length ? 0 : 1;
  return endsWith(subject, words) ? 2 : undefined;
}

function endsWith(words: readonly string[], end: readonly string[]): boolean {
  return words.slice(-end.length).join("\0") === end.join("\0");
}

/** A table's name as a manifest writes it: with its schema where the search_path would find another, or none. */
export function writtenName(table: Relation, all: readonly Relation[]): string {
  if (firstInPath(all, table.name)?.oid === table.oid && /^[^."]+$/.test(table.name))
    return table.name;
  return [table.schema, table.name].map(part).join(".");
}

/** A table's name in a sentence: with its schema where others are called so too. */
export function shownName(table: Relation, all: readonly Relation[]): string {
  const isOnly = !all.some(({ oid, name }) => name === table.name && oid !== table.oid);
  return isOnly ? table.name : `${table.schema}.${table.name}`;
}

function part(name: string): string {
  return /^[^."]+$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
