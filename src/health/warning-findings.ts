import type { Warning } from "../resolve/warning.ts";
import type { Finding } from "./finding.ts";

const STATES = { zone: "setting", cascade: "note", archive: "outdated" } as const;

/** What the manifest's author should look at twice, as findings. */
export function warningFindings(warnings: readonly Warning[]): Finding[] {
  return warnings.map(({ kind, object, what, fix }) => ({
    state: STATES[kind],
    object,
    what,
    mend: fix ?? "nothing, if it is meant so",
  }));
}
