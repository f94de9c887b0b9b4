import process from "node:process";
import colors from "picocolors";
import type { Notice } from "../database.ts";

/** Data, for the next program: stdout. */
export function data(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Words, for the person: stderr. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
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

/** A session key as it may be shown: enough to recognise, too little to use. */
export function masked(key: string): string {
  return key.length <= 8 ? "…" : `${key.slice(0, 4)}…`;
}
