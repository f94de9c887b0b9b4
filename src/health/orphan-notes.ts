import type { Finding } from "./finding.ts";

/** A row that was just made and not yet named looks the same as one that lingers: nobody is woken for it. */
export function orphanNotes(edges: readonly string[]): Finding[] {
  return edges.map((edge) => {
    const what = "there are rows that no owner names; those just being made are among them";
    return { state: "note", object: edge, what, mend: `lastwill orphans ${edge}` };
  });
}
