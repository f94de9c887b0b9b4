import { type Fault, type ManifestSource, placedFaults } from "../faults.ts";
import type { Finding } from "./finding.ts";

/** Where the manifest does not fit the database, as findings: what is installed can be looked at all the same. */
export function faultFindings(source: ManifestSource, faults: readonly Fault[]): Finding[] {
  return placedFaults(source, faults).map(({ where, fault: { what, fix } }) => ({
    state: "fault",
    object: where.replace(/:$/, ""),
    what,
    mend: fix,
  }));
}
