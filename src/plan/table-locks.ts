import type { LockMode } from "../objects/object.ts";
import { join, type Sql } from "../sql/quote.ts";
import { render } from "../sql/template.ts";
import type { Step } from "./diff.ts";

/** The locks that steps need on tables in use: the strongest for each table, as SQL names it. */
export function locksOf(steps: readonly Step[]): ReadonlyMap<Sql, LockMode> {
  const locks = new Map<Sql, LockMode>();
  const made = new Set(
    steps.flatMap(({ object, verb, remade }) => (verb === "create" && !remade ? [object.id] : [])),
  );
  for (const { object, verb } of steps) {
    for (const { table, ...modes } of object.locks ?? []) {
      // Nobody can use it yet.
      if (made.has(`table ${table}`) || made.has(`archive ${table}`)) continue;
      if (locks.get(table) !== "access exclusive") locks.set(table, modes[verb]);
    }
  }
  return new Map([...locks].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** One statement that takes them all, or none. */
export function lockStatement(locks: ReadonlyMap<Sql, LockMode>): Sql[] {
  if (locks.size === 0) return [];
  const statements = (["access exclusive", "share row exclusive"] as const).flatMap((mode) =>
    tablesUnder(locks, mode).map((table) => `lock table ${table} in ${mode} mode;` as Sql),
  );
  return [
    render("migration/locks.sql", {
      statements: join(statements, "\n"),
      tables: [...locks.keys()].join(", "),
    }),
  ];
}

/** The tables that are locked in one mode. */
export function tablesUnder(locks: ReadonlyMap<Sql, LockMode>, mode: LockMode): Sql[] {
  return [...locks].flatMap(([table, its]) => (its === mode ? [table] : []));
}
