import { didYouMean } from "./suggest.ts";
import type { Fields } from "./tree.ts";

/** Whether a key is there and not `false`, if only misspelled: that is a fault already. */
export function isMeant(key: string, fields: Fields, known: readonly string[]): boolean {
  if (fields[key] !== undefined && fields[key] !== false) return true;
  return Object.keys(fields).some(
    (word) => !known.includes(word) && didYouMean(word, known) === key,
  );
}
