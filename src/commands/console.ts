import process from "node:process";
import colors from "picocolors";
import type { Notice } from "../database.ts";

/** Data, for the next program: stdout. Byte for byte, but on a terminal. */
export function data(text: string): void {
  process.stdout.write(`${process.stdout.isTTY ? tame(text) : text}\n`);
}

/** Words, for the person: stderr. */
export function say(text: string): void {
  process.stderr.write(`${tame(text)}\n`);
}

/** What a terminal would obey, but for new lines and colours. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: a colour begins with one
const OBEYED = /(\u001b\[\d{1,2}m)|(?![\n\t])\p{Cc}/gu;

/** Rows hold what people of the web wrote: a control character in a key or a message is shown, and not sent. */
export function tame(text: string): string {
  return text.replace(
    OBEYED,
    (found, colour) => colour ?? `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A warning for the person, with what to do about it. */
export function warn(text: string): void {
  say(`${colors.yellow("warning:")} ${text}`);
}

/** What PostgreSQL said on the side. */
export function sayNotice(notice: Notice): void {
  const text = notice.hint ? `${notice.message}\n  ${notice.hint}` : notice.message;
  if (notice.severity === "WARNING") warn(text);
  else if (notice.message.startsWith("lastwill:")) say(text);
}

/** A session key as it may be shown: enough to recognise, too little to use. Rails begins each with its version. */
export function masked(key: string): string {
  const [version = ""] = /^\d::/.exec(key) ?? [];
  const rest = key.length - version.length;
  return rest <= 8 ? "…" : `${key.slice(0, version.length + 4)}…`;
}
