import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import type { MigrationFile } from "../../../src/format/format.ts";
import type { TestDatabase } from "../../support/database.ts";

/** A folder of migrations, and the database that they are for. */
export interface Project {
  readonly db: TestDatabase;
  readonly folder: string;
  /** All files in the folder so far, in the order in which they were written. */
  readonly files: readonly MigrationFile[];
}

/** What runs the migrations of one format, as a person would have it. */
export interface Tool {
  readonly format: string;
  /** Runs what has not run yet. */
  readonly up: (project: Project) => Promise<void>;
  /** Takes all of it back. */
  readonly down: (project: Project) => Promise<void>;
}

/** Runs a program that has to succeed; what it wrote is in the error if it does not. */
export async function execute(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { DATABASE_URL: _, ...env } = process.env;
  const running = promisify(execFile)(program, args, {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    maxBuffer: 64 * 1024 * 1024,
  });
  const { stdout } = await running.catch((error: { stdout?: string; stderr?: string }) => {
    throw new Error(`${program} ${args.join(" ")} failed\n${error.stdout}${error.stderr}`);
  });
  return stdout;
}
