import type { Finding } from "./finding.ts";
import { GENERATE } from "./mends.ts";
import { printedId } from "./printed-id.ts";

/**
 * What is wanted now and not in the lock: the manifest was changed, or what served on people's own tables, a foreign key
 * or an index, is gone. Rows may outlive their owner then, though all that the lock names is there.
 *
 * @param ahead ids of what a generation would make
 */
export function aheadFindings(ahead: ReadonlySet<string>, manifest: string): Finding[] {
  const [first, ...more] = [...ahead].sort(byKind).map(printedId);
  if (first === undefined) return [];
  const rest = more.length > 0 ? `, and ${more.length} more` : "";
  return [
    {
      state: "outdated",
      object: manifest,
      what: `by it and your tables the lock is behind: ${first}${rest}`,
      mend: GENERATE,
    },
  ];
}

const TELLING_FIRST = ["foreign", "trigger", "index"].reverse();

/** What stands on people's tables says most. */
function byKind(a: string, b: string): number {
  const [placeOfA, placeOfB] = [a, b].map((id) => TELLING_FIRST.indexOf(id.split(" ", 1)[0] ?? ""));
  return (placeOfB ?? 0) - (placeOfA ?? 0);
}
