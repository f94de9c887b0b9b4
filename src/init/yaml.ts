/** Keys and their values, texts or YAML already made. */
export type YamlPairs = readonly (readonly [key: string, value: string])[];

const PLAIN = /^[A-Za-z_][\w-]*(?:[./][\w-]+)*(?: is not null)?$/;
const WORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const INTERVAL = /^\d+ [a-z]+$/;

/** A text as YAML reads it back, plain where it can be. */
export function scalar(text: string): string {
  const isPlain = (PLAIN.test(text) && !WORDS.test(text)) || INTERVAL.test(text);
  return isPlain ? text : JSON.stringify(text).replaceAll(NOT_PRINTED, escaped);
}

/** Whether a text can be written with a line's end for a space, and is read back with the space. */
export function isFoldable(text: string): boolean {
  return /^[!-~]+(?: [!-~]+)*$/.test(text);
}

/** `{ column: expire, zone: UTC }`. */
export function flow(pairs: YamlPairs): string {
  return `{ ${pairs.map(([key, value]) => `${key}: ${scalar(value)}`).join(", ")} }`;
}

/** What would end a comment, or move the cursor of who reads it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be kept out
const NOT_PRINTED = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const WIDTH = 100;

/** Sentences as comment lines, wrapped, with whatever names hold kept inside them. */
export function comments(text: string, margin: string): string[] {
  const words = text.replaceAll(/\s+/g, " ").replaceAll(NOT_PRINTED, "?").trim().split(" ");
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && margin.length + line.length + word.length + 3 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${margin}# ${each}`);
}
