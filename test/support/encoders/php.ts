import type { Json } from "./json.ts";

/** PHP's serialize() of a session, in the Base64 of Laravel's column. */
export function laravelSession(session: Json): string {
  return Buffer.from(serialize(session)).toString("base64");
}

/**
 * PHP's serialize(): lists and mappings are arrays. A mapping that occurs again is an object, and a
 * reference the second time, as one object in two places is in PHP.
 */
function serialize(value: Json): string {
  const shared = repeated(value);
  const slots = new Map<object, number>();
  let slot = 0;
  const write = (part: Json): string => {
    slot++;
    if (part === null) return "N;";
    if (typeof part === "boolean") return `b:${Number(part)};`;
    if (typeof part === "number") return `${Number.isSafeInteger(part) ? "i" : "d"}:${part};`;
    if (typeof part === "string") return text(part);
    if (Array.isArray(part)) {
      return `a:${part.length}:{${part.map((each, index) => `i:${index};${write(each)}`).join("")}}`;
    }
    const known = slots.get(part);
    if (known !== undefined) return `r:${known};`;
    slots.set(part, slot);
    const entries = Object.entries(part);
    const isObject = shared.has(part);
    const pairs = entries.map(([name, content]) => {
      const key = !isObject && isIndex(name) ? `i:${name};` : text(name);
      return key + write(content);
    });
    return `${isObject ? 'O:8:"stdClass"' : "a"}:${entries.length}:{${pairs.join("")}}`;
  };
  return write(value);
}

/** What json_encode() of PHP makes of it: a mapping with the keys 0, 1, 2 … was a list all along. */
export function asPhpSays(value: Json, shared: ReadonlySet<object> = repeated(value)): Json {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((each) => asPhpSays(each, shared));
  const entries = Object.entries(value).map(
    ([name, content]) => [name, asPhpSays(content, shared)] as const,
  );
  const isList = !shared.has(value) && entries.every(([name], index) => name === `${index}`);
  return isList ? entries.map(([, content]) => content) : Object.fromEntries(entries);
}

/** A key that PHP makes an integer of. */
function isIndex(name: string): boolean {
  return /^(0|-?[1-9][0-9]{0,15})$/.test(name);
}

function text(content: string): string {
  return `s:${Buffer.byteLength(content)}:"${content}";`;
}

/** The mappings that occur more than once. */
function repeated(value: Json, found = new Set<object>(), seen = new Set<object>()): Set<object> {
  if (value === null || typeof value !== "object") return found;
  if (seen.has(value) && !Array.isArray(value)) found.add(value);
  else {
    seen.add(value);
    for (const part of Object.values(value)) repeated(part, found, seen);
  }
  return found;
}
