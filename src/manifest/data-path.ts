import type { DataPath } from "./manifest.ts";
import { type Problem, shown } from "./problem.ts";

/** A name, plain or in double quotes, and the `[]` after it; at the very start also `[]` alone. */
const STEP = /(?:^|(?!^)\.)(?:("(?:[^"\\]|\\.)*")|([^.[\]"]+))((?:\[\])*)|^((?:\[\])+)/gy;

/**
 * Reads the way to an owned row's key in its owner's data: names parted by dots, `[]` after a name for
 * every element of a list, double quotes around a name that holds dots or brackets. `[]` at the start
 * is for data that is itself a list.
 * Gives the path, or the problem with it; never throws.
 */
export function parseDataPath(text: string): DataPath | Problem {
  if (text.trim() === "") return empty();
  const steps = [...text.matchAll(STEP)];
  const read = steps.reduce((length, step) => length + step[0].length, 0);
  if (read < text.length || /^\$(?:[.[]|$)/.test(text)) return unread(text, read);

  const legs: string[][] = [[]];
  for (const [, quoted, plain, lists, listsAtStart] of steps) {
    const name = quoted === undefined ? plain : unquoted(quoted);
    if (name === undefined && listsAtStart === undefined) return unreadName(text, quoted ?? "");
    if (name === plain && plain !== undefined && !isPlain(plain)) return unreadName(text, plain);
    if (name !== undefined) legs.at(-1)?.push(name);
    for (let rest = (lists ?? listsAtStart ?? "").length; rest > 0; rest -= 2) legs.push([]);
  }
  return { kind: "path", text, legs };
}

function isPlain(name: string): boolean {
  return name.trim() === name && !name.includes("->");
}

/** The name in double quotes; undefined when its escapes are wrong, or no JSON could hold it. */
function unquoted(word: string): string | undefined {
  try {
    const name: unknown = JSON.parse(word);
    // A json value of PostgreSQL has no text with a NUL in it.
    return typeof name === "string" && !name.includes("\0") ? name : undefined;
  } catch {
    return undefined;
  }
}

function empty(): Problem {
  return { what: "the path is empty", fix: 'Write the names down to the key, as in "cart.id".' };
}

function unreadName(text: string, name: string): Problem {
  if (name.includes("->")) {
    return {
      what: `${shown(text)} is SQL, not a path`,
      fix: 'Name only what lies in the data, parted by dots, as in "cart.id".',
    };
  }
  return {
    what: `${shown(text)} holds a name that cannot be read: ${name}`,
    fix: "Write a name with blanks at its ends in double quotes, and in there the escapes of JSON.",
  };
}

/** The problem of a path that can be read only up to `end`: what people bring along, then the rest. */
function unread(text: string, end: number): Problem {
  const instead = inOurNotation(text);
  const fix = instead === undefined ? 'Write it like "uploads[].id".' : `Write ${shown(instead)}.`;
  if (text.startsWith("$")) return { what: `${shown(text)} starts with "$"`, fix };
  if (/\[\d+\]/.test(text)) {
    return { what: `${shown(text)} takes one element of a list, not all`, fix };
  }
  if (text.includes("[*]")) return { what: `${shown(text)} has "[*]" for "[]"`, fix };
  if (/^\.|\.\.|\.$|\.\[/.test(text)) return { what: `${shown(text)} has an empty name`, fix };
  return { what: `${shown(text)} cannot be read from ${shown(text.slice(end))} on`, fix };
}

/** A path of JSONPath or jq in the notation of a manifest; undefined when that cannot be read either. */
function inOurNotation(text: string): string | undefined {
  const path = text
    .replace(/^\$/, "")
    .replaceAll(/\[(?:\d+|\*)\]/g, "[]")
    .replaceAll(
      /\[(?:'([^'."]+)'|"([^'."]+)")\]/g,
      (_, one?: string, two?: string) => `.${one ?? two}`,
    )
    .replaceAll(/\.(?=\[|\.|$)/g, "")
    .replace(/^\./, "");
  return path !== "" && path !== text && "legs" in parseDataPath(path) ? path : undefined;
}
