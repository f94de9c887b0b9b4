import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where a run's copy of the project is built, once a test has asked for it. */
export function builtFolder(runId: string): string {
  return join(tmpdir(), `lw-built-${runId}`);
}
