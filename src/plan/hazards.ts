import type { Hazard } from "../objects/object.ts";
import type { Sql } from "../sql/quote.ts";
import type { Step } from "./diff.ts";
import { locksOf, tablesUnder } from "./table-locks.ts";

/** What steps do to tables in use and to rows, in words; each thing once, locks first. */
export function hazardsOf(steps: readonly Step[]): Hazard[] {
  const all = steps.find(({ object, verb }) => verb === "drop" && object.id === "schema lastwill");
  const hazards = [
    ...lockHazards(steps),
    ...(all ? [{ text: "drops schema lastwill, with all that is in it" }] : []),
    ...steps.filter((step) => !all || !isOurTable(step)).flatMap(stepHazards),
  ];
  return [...new Map(hazards.map((hazard) => [hazard.text, hazard])).values()];
}

function lockHazards(steps: readonly Step[]): Hazard[] {
  const locks = locksOf(steps.filter(({ phase }) => phase === "install"));
  const [stopped, unwritten] = (["access exclusive", "share row exclusive"] as const).map((mode) =>
    tablesUnder(locks, mode).filter((table) => !table.startsWith("lastwill.")),
  ) as [Sql[], Sql[]];
  return [
    ...(stopped.length > 0
      ? [{ text: `stops all use of ${stopped.join(", ")} for a moment (access exclusive lock)` }]
      : []),
    ...(unwritten.length > 0
      ? [
          {
            text: `stops writes to ${unwritten.join(", ")} for a moment (share row exclusive lock)`,
          },
        ]
      : []),
  ];
}

function isOurTable({ object }: Step): boolean {
  return object.id.startsWith("table lastwill.");
}

function stepHazards({ object, verb, remade, keepsRows, partings }: Step): readonly Hazard[] {
  if (verb === "create") return object.hazards;
  const table = /^table (.*)/.exec(object.id)?.[1];
  return [
    ...partings.map((text) => ({ text })),
    ...(table === undefined ? [] : [{ text: tableHazard(table, remade, keepsRows) }]),
  ];
}

function tableHazard(table: string, remade: boolean, keepsRows: boolean): string {
  if (keepsRows) return `makes ${table} anew, with the rows that are in it`;
  return remade
    ? `makes ${table} anew, without what is in it`
    : `drops ${table}, with what is in it`;
}
