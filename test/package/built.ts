import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, inject } from "vitest";
import { builtFolder } from "../support/built-folder.ts";
import { WASM_FLAGS } from "../support/wasm.ts";

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
      program === "node" ? [...WASM_FLAGS, ...args] : args,
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

/** What a build needs, and the examples, which import the package that is around them. */
const COPIED: readonly string[] = [
  "src",
  "sql",
  "schema",
  "examples",
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
];

/**
 * A copy of the project with its `dist` built anew: the build of the repository itself may be in use by
 * somebody else. There is one for all test files of a run, so nobody writes into it: whoever asks first
 * builds, and others wait. The global setup removes it.
 */
export async function builtCopy(): Promise<string> {
  const folder = builtFolder(inject("runId"));
  const dist = join(folder, "dist");
  while (!existsSync(dist)) {
    // Only the one who makes the folder is given its name.
    if (mkdirSync(folder, { recursive: true })) await build(folder, dist);
    else await sleep(50);
  }
  return folder;
}

/** Builds elsewhere, for others take the folder `dist` for one that is whole. Leaves nothing if it fails. */
async function build(folder: string, dist: string): Promise<void> {
  try {
    for (const name of COPIED) cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    await runFine("npm", ["run", "--silent", "build", "--", "--outDir", `${dist}.part`], {
      cwd: folder,
    });
    renameSync(`${dist}.part`, dist);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Has the project built for the tests of a file. */
export function builtForTests(): { readonly cli: string } {
  let folder = "";
  beforeAll(async () => {
    folder = await builtCopy();
  }, 120_000);
  return {
    /** The command line's script. */
    get cli() {
      return join(folder, "dist/cli.js");
    },
  };
}
