import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

/** What a command wrote to stdout, trimmed; undefined if it is missing or failed. */
export function output(command: string, args: readonly string[]): string | undefined {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** The names in a folder; none if there is no such folder. */
export function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** One line on stderr. stdout stays with vitest's reporters. */
export function say(text: string): void {
  process.stderr.write(`lastwill tests: ${text}\n`);
}
