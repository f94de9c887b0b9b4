import { createHash } from "node:crypto";
import { MAX_NAME_BYTES } from "./sql/quote.ts";

/**
 * A database object's name from its parts: `lastwill`, `session`, `carts`, `fkey`. What PostgreSQL
 * would cut without a word is cut here, at a whole character, and told apart by a hash.
 */
export function objectName(...parts: readonly string[]): string {
  const name = parts.join("_");
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 8);
  let kept = "";
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > MAX_NAME_BYTES - hash.length - 1) break;
    kept += character;
  }
  return `${kept}_${hash}`;
}

/** The function of an owner that an application calls: `adopt_session`. */
export function callName(verb: "adopt" | "claim" | "touch", owner: string): string {
  return objectName(verb, owner);
}
