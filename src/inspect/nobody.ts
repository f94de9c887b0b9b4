import type { DeclaredEdge } from "./declared.ts";

/** What to say of a row that nobody owns and that nothing keeps, a line each. */
export function nobodyLines(over: readonly DeclaredEdge[]): string[] {
  const guards = over.filter(({ guard }) => guard !== null);
  return [
    "nobody owns it, and nothing keeps it",
    ...guards.map(
      ({ edge, guard }) => `${edge} ties only rows for which its guard holds: ${guard}`,
    ),
    nextStep(over),
  ];
}

function nextStep(over: readonly DeclaredEdge[]): string {
  const column = over.find(({ kind }) => kind === "column");
  if (column)
    return `its column is empty (${column.tied_by}), and such a row may stay: nobody ends it`;
  const keeping = over.find(({ on_replace }) => on_replace === "keep");
  if (keeping) return `${keeping.edge} has on_replace: keep, so it may stay: nobody ends it`;
  return `lastwill orphans ${over[0]?.edge} --release hands it to the sweep`;
}
