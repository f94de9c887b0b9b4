import { readCatalog } from "../catalog.ts";
import { withClient } from "../database.ts";
import { EXIT } from "../exit.ts";
import { InputError } from "../faults.ts";
import { loadManifest } from "../manifest/load.ts";
import { resolve } from "../resolve/resolve.ts";
import { say, warn } from "./console.ts";

/** What `check` is called with. */
export interface CheckCommandOptions {
  readonly manifest: string;
  readonly database: string | undefined;
}

/**
 * `check`: holds the manifest against the database as it is now, and says what would make rows end early,
 * late or not at all: names that are no longer there, time zones that differ. Gives the exit code.
 */
export async function checkCommand(options: CheckCommandOptions): Promise<number> {
  const { manifest, source } = await loadManifest(options.manifest);
  const { faults, warnings } = await withClient(options.database, async (client) =>
    resolve(manifest, await readCatalog(client, manifest)),
  );
  if (faults.length > 0) throw new InputError(source, faults);
  for (const warning of warnings) warn(warning);
  if (warnings.length > 0) return EXIT.found;
  say(`${options.manifest} and the database fit.`);
  return EXIT.fine;
}
