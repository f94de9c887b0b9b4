import { count } from "../count.ts";
import type { Finding } from "./finding.ts";

/** Links of one edge that are not what owners name. */
export interface Drift {
  readonly edge: string;
  readonly drift: "unlinked" | "ownerless";
  readonly mend: string;
  /** Whether the edge has a guard. */
  readonly is_guarded: boolean;
  readonly n_rows: number;
}

/** What was written while triggers were off: rows would end too early, or never. */
export function driftFindings(drifts: readonly Drift[]): Finding[] {
  return drifts.map(({ edge, drift, mend, is_guarded, n_rows }): Finding => {
    if (drift === "ownerless") {
      const links = count(n_rows, "link is", "links are");
      const what = `${links} left of owners that are gone, and what they name stays: triggers were off`;
      return { state: "drift", object: edge, what, mend };
    }
    const names = count(n_rows, "name", "names");
    const what = `${names} of rows in owners' data without a link: ${is_guarded ? "their guard did not hold, or they were not there, when they were named" : "triggers were off"}`;
    return { state: is_guarded ? "note" : "drift", object: edge, what, mend };
  });
}
