import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { identifier, literal, qualified, type Sql } from "./quote.ts";

/** What fills a template's slots. A name of two parts is schema and name. */
export type Slots = Readonly<Record<string, Sql | string | number | readonly [string, string]>>;

const SLOT = /(?<!:):(?:"(\w+)"|'(\w+)'|\{(\w+)\})/g;

/**
 * Fills a file of `sql/`: `:"name"` as an identifier, `:'text'` as a literal, `:{sql}` as it is,
 * its further lines indented like its first. A line that holds only an empty `:{sql}` goes, with the
 * comment right above it and the empty line below.
 *
 * Throws when the file has a slot without a value, or a value has no slot: a typing error in
 * either must not become SQL.
 */
export function render(file: string, slots: Slots = {}): Sql {
  const unused = new Set(Object.keys(slots));
  const filled = readTemplate(file).replace(SLOT, (slot, name, text, sql, offset, whole) => {
    const key = String(name ?? text ?? sql);
    const value = slots[key];
    if (value === undefined) throw new Error(`sql/${file} has the slot ${slot} without a value`);
    unused.delete(key);
    if (name !== undefined) return asIdentifier(value);
    if (text !== undefined) return literal(String(value));
    const line = whole.slice(whole.lastIndexOf("\n", offset) + 1, offset);
    const margin = /^\s*/.exec(line)?.[0] ?? "";
    return value === "" && line.trim() === ""
      ? EMPTY
      : String(value).replaceAll("\n", `\n${margin}`);
  });
  if (unused.size > 0) throw new Error(`sql/${file} has no slot for: ${[...unused].join(", ")}`);
  return filled
    .replaceAll(EMPTY_LINE, "")
    .split("\n")
    .map((line) => line.replaceAll(EMPTY, "").trimEnd())
    .join("\n")
    .trimEnd() as Sql;
}

/** Marks where an empty slot stood, until its line is dropped. */
const EMPTY = "\u0000";
const EMPTY_LINE = new RegExp(`^(?:[ ]*--.*\\n)*[ ]*${EMPTY}[ ]*$\\n?(?:\\n)?`, "gm");

/**
 * `render` for a template that stamps its object: `:'comment'` becomes the sentence and a hash of
 * the object's own SQL, by which `check` later tells whether the object is still the one declared.
 */
export function renderStamped(file: string, sentence: string, slots: Slots = {}): Sql {
  const hash = createHash("sha256")
    .update(render(file, { ...slots, comment: sentence }))
    .digest("hex")
    .slice(0, 12);
  return render(file, { ...slots, comment: `${sentence} [lastwill ${hash}]` });
}

function asIdentifier(value: Slots[string]): Sql {
  return Array.isArray(value) ? qualified(value[0], value[1]) : identifier(String(value));
}

const files = new Map<string, string>();

/** A file of sql/, read once. It lies beside src/ in the repository and beside dist/ in the package. */
function readTemplate(file: string): string {
  let text = files.get(file);
  if (text === undefined) {
    text = readFileSync(new URL(`../../sql/${file}`, import.meta.url), "utf8");
    files.set(file, text);
  }
  return text;
}
