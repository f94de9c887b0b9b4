import { spawnSync } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { say } from "./machine.ts";

const CACHE = fileURLToPath(new URL("../../../node_modules/.cache/lastwill/", import.meta.url));

/**
 * Fetches one version of an npm package that is no dependency, and gives the folder it is in. It stays
 * until the next `npm ci`.
 */
export function fetchPackage(name: string, version: string): string {
  const folder = join(CACHE, `${name.replaceAll("/", "-")}-${version}`);
  if (!existsSync(folder)) {
    say(`fetching ${name} ${version}`);
    const part = `${folder}.part-${process.pid}`;
    install(`${name}@${version}`, part);
    // Renamed when all of it is there: half a package would be taken for a whole one for ever.
    renameSync(part, folder);
  }
  return join(folder, "node_modules", name);
}

function install(what: string, folder: string): void {
  const flags = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  const result = spawnSync("npm", ["install", ...flags, "--prefix", folder, what], {
    encoding: "utf8",
    timeout: 300_000,
  });
  if (result.status === 0) return;
  rmSync(folder, { recursive: true, force: true });
  throw new Error(`npm could not fetch ${what}: ${result.error?.message ?? result.stderr}`);
}
