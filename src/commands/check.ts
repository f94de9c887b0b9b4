import { type Catalog, readCatalog } from "../catalog.ts";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import { InputError } from "../faults.ts";
import { loadManifest } from "../manifest/load.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { resolve } from "../resolve/resolve.ts";
import { readDump } from "../schema-source.ts";
import { say, warn } from "./console.ts";

/** What `check` is called with. */
export interface CheckCommandOptions {
  readonly manifest: string;
  readonly database: string | undefined;
  /** A dump to be held against instead. */
  readonly schema?: string;
}

/**
 * `check`: holds the manifest against the database as it is now, or a dump of it, and says what would make rows end early,
 * late or not at all: names that are no longer there, time zones that differ. Gives the exit code.
 */
export async function checkCommand(options: CheckCommandOptions): Promise<number> {
  const { manifest, source } = await loadManifest(options.manifest);
  const { faults, warnings } = resolve(manifest, await catalogOf(options, manifest));
  if (faults.length > 0) throw new InputError(source, faults);
  for (const warning of warnings) warn(warning);
  if (warnings.length > 0) return EXIT.found;
  say(`${options.manifest} and ${options.schema ?? "the database"} fit.`);
  return EXIT.fine;
}

async function catalogOf(
  { database, schema }: CheckCommandOptions,
  manifest: Manifest,
): Promise<Catalog> {
  if (schema === undefined) {
    return withClient(database, (client) => readCatalog(client, manifest));
  }
  const { catalog, warnings } = await readDump(manifest, schema);
  for (const warning of warnings) warn(warning);
  return catalog;
}
