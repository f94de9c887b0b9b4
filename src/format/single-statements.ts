import type { Half, Migration } from "../plan/migration.ts";
import type { Sql } from "../sql/quote.ts";

/**
 * For a tool that sends a file as one query, which PostgreSQL runs as one transaction: what has to run
 * outside of one becomes a migration for each statement, so that it is alone. Settings and resets are
 * statements too, and of no use where they are alone: they are left out.
 *
 * Migrations go down from last to first, so the statements of the way down are laid in from the last.
 */
export function singleStatements(migration: Migration): Migration[] {
  if (migration.inTransaction) return [migration];
  const { up, down } = migration;
  const count = Math.max(up.statements.length, down.statements.length);
  return Array.from({ length: count }, (_, index) => ({
    ...migration,
    header: stepHeader(migration.header, index + 1, count),
    hazards: index === 0 ? migration.hazards : [],
    up: only(up.statements[index]),
    down: only(down.statements[count - 1 - index]),
  }));
}

function only(statement: Sql | undefined): Half {
  return { settings: [], statements: statement === undefined ? [] : [statement], resets: [] };
}

/** The first step has the whole header; the others only who wrote them. */
function stepHeader(header: readonly string[], step: number, count: number): string[] {
  return [
    ...(step === 1 ? header : header.slice(0, header.indexOf(""))),
    "",
    `Step ${step} of ${count}. A file is sent as one query, which is one transaction: so each statement has`,
    "a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step",
    "before it once more first.",
  ];
}
