import { KEYWORDS } from "./keywords.ts";

/** SQL text, made only by this module and by `render`: nothing unquoted gets in. */
export type Sql = string & { readonly sql: unique symbol };

/** The longest name PostgreSQL keeps; a longer one it cuts without an error. In bytes. */
export const MAX_NAME_BYTES = 63;

const PLAIN = /^[a-z_][a-z0-9_]*$/;

/**
 * Control characters, our own dollar-quote tag, and the mark at which drizzle cuts statements wherever
 * it stands. Written as escapes they cannot end a comment line, a function's body, the "up" half of a
 * migration file, or a statement.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be kept out
const UNSAFE = /[\u0000-\u001f\u007f\u0085\u2028\u2029]|\$(?=lastwill)|-(?=->)/g;

/** What migration tools take for a mark at the beginning of a comment, which is wherever it is wrapped. */
const MARK = /\b(?:up|down)(?=\s+migration)|\bmigrate(?=:(?:up|down))|\+(?=goose)/gi;

/** A name as SQL, bare where PostgreSQL would print it bare. Throws RangeError on what can be no name. */
export function identifier(name: string): Sql {
  if (name === "") throw new RangeError("a name must not be empty");
  if (name.includes("\0"))
    throw new RangeError(`a name must not hold a NUL: ${JSON.stringify(name)}`);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new RangeError(`a name must not be longer than ${MAX_NAME_BYTES} bytes: "${name}"`);
  }
  if (PLAIN.test(name) && !KEYWORDS.has(name)) return name as Sql;
  const quoted = name.replaceAll('"', '""');
  if (!hasUnsafe(name)) return `"${quoted}"` as Sql;
  return `U&"${quoted.replaceAll("\\", "\\\\").replace(UNSAFE, unicodeEscape)}"` as Sql;
}

/** Names as SQL, with commas between them. */
export function identifiers(names: readonly string[]): Sql {
  return names.map(identifier).join(", ") as Sql;
}

/** `schema.name`. */
export function qualified(schema: string, name: string): Sql {
  return `${identifier(schema)}.${identifier(name)}` as Sql;
}

/** `schema.name` as a text that `regclass` reads: it knows no escapes, so a literal has to have them. */
export function nameText(schema: string, name: string): string {
  return [schema, name].map(partText).join(".");
}

/** Schemas as a text that `set_config` takes for the search_path. */
export function pathText(schemas: readonly string[]): string {
  return schemas.map(partText).join(", ");
}

function partText(name: string): string {
  return PLAIN.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** What PostgreSQL prints of a foreign key, with names quoted as ours are. */
export function requoted(definition: string): Sql {
  return definition.replaceAll(/"((?:[^"]|"")+)"/g, (_, name: string) =>
    identifier(name.replaceAll('""', '"')),
  ) as Sql;
}

/** A string as an SQL literal, right whatever `standard_conforming_strings` says. */
export function literal(value: string): Sql {
  if (value.includes("\0")) throw new RangeError("a literal must not hold a NUL");
  const quoted = value.replaceAll("'", "''");
  if (!value.includes("\\") && !hasUnsafe(value)) return `'${quoted}'` as Sql;
  return `E'${quoted.replaceAll("\\", "\\\\").replace(UNSAFE, stringEscape)}'` as Sql;
}

/** `array['a', 'b']` of text. */
export function textArray(values: readonly string[]): Sql {
  return `array[${values.map(literal).join(", ")}]::text[]` as Sql;
}

/** An array literal such as `'{wizard,upload}'`, as `#>` takes it. */
export function textArrayLiteral(values: readonly string[]): Sql {
  const plain = (value: string) => /^[A-Za-z0-9_-]+$/.test(value) && !/^null$/i.test(value);
  const parts = values.map((value) =>
    plain(value) ? value : `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
  );
  return literal(`{${parts.join(",")}}`);
}

/** Any text as what may follow `-- ` on one line. */
export function lineComment(text: string): Sql {
  return text.replace(/\s+/g, " ").replace(UNSAFE, "?").replace(MARK, "$&?").trim() as Sql;
}

/** SQL put together from SQL. */
export function join(parts: readonly Sql[], separator: string): Sql {
  return parts.join(separator) as Sql;
}

function hasUnsafe(text: string): boolean {
  return text.search(UNSAFE) >= 0;
}

function unicodeEscape(character: string): string {
  return `\\${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function stringEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
