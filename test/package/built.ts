import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";

export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** What a program wrote, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; a failure is a result like any other. It knows no database but the one given. */
export function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DATABASE_URL$|PG)/.test(name)),
  );
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { ...options, env: { ...env, NO_COLOR: "1", ...options.env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** Runs a program that has to succeed. */
export async function runFine(...args: Parameters<typeof run>): Promise<Ran> {
  const ran = await run(...args);
  if (ran.code !== 0)
    throw new Error(
      `${args[0]} ${args[1].join(" ")} ended with ${ran.code}\n${ran.stdout}${ran.stderr}`,
    );
  return ran;
}

/**
 * A copy of the project with its `dist` built anew, in a folder of its own: the build of the
 * repository itself may be in use by somebody else.
 */
export async function builtCopy(): Promise<{ folder: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), "lw-built-"));
  for (const name of [
    "src",
    "sql",
    "schema",
    "package.json",
    "tsconfig.json",
    "tsconfig.build.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
  ]) {
    const from = join(ROOT, name);
    if (existsSync(from)) cpSync(from, join(folder, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await runFine("npm", ["run", "--silent", "build"], { cwd: folder });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Builds the project for the tests of a file, and removes the copy after them. */
export function builtForTests(): { readonly cli: string } {
  let built: Awaited<ReturnType<typeof builtCopy>> | undefined;
  beforeAll(async () => {
    built = await builtCopy();
  }, 120_000);
  afterAll(() => built?.remove());
  return {
    /** The command line's script. */
    get cli() {
      return join(built?.folder ?? "", "dist/cli.js");
    },
  };
}
