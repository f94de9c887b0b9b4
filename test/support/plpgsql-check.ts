import type { TestDatabase } from "./database.ts";

/** One complaint of plpgsql_check. */
export interface Finding {
  /** The function with its argument types: `lastwill.sweep(text)`. */
  readonly function: string;
  /** The table whose trigger the function was checked as; null for what is no trigger function. */
  readonly table: string | null;
  readonly level: "error" | "warning" | "warning extra";
  readonly line: number | null;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
}

/**
 * Checks every PL/pgSQL function and procedure in a schema, a trigger function once for each table and each
 * pair of transition tables it is used with, and gives the errors and warnings (nothing about performance).
 * A trigger function that no trigger uses cannot be checked, which is an error too: it is left over.
 * Puts the extension into the database, so dump the schema before.
 */
export async function checkFunctions(
  db: TestDatabase,
  schema = "lastwill",
): Promise<readonly Finding[]> {
  await db.query("create extension if not exists plpgsql_check");
  return db.query<Finding & Record<string, unknown>>(CHECK, [schema]);
}

const CHECK = `
with code as (
  select p.oid, p.prorettype = 'trigger'::regtype as is_trigger
  from pg_proc as p
  join pg_namespace as n on n.oid = p.pronamespace
  join pg_language as l on l.oid = p.prolang
  where n.nspname = $1
    and l.lanname = 'plpgsql'
),
use as (
  select distinct
    code.oid, code.is_trigger, coalesce(t.tgrelid, 0) as relation, t.tgoldtable, t.tgnewtable
  from code
  left join pg_trigger as t on t.tgfoid = code.oid and code.is_trigger
)
select
  use.oid::regprocedure::text as function,
  nullif(use.relation, 0)::regclass::text as table,
  found.level, found.lineno as line, found.message, found.detail, found.hint
from use
cross join lateral (
  select c.level, c.lineno, c.message, c.detail, c.hint
  from plpgsql_check_function_tb(
    funcoid => use.oid::regprocedure,
    relid => use.relation::regclass,
    fatal_errors => false,
    performance_warnings => false,
    oldtable => use.tgoldtable,
    newtable => use.tgnewtable
  ) as c
  where not (use.is_trigger and use.relation = 0)
  union all
  select 'error', null, 'no trigger uses this trigger function', null, null
  where use.is_trigger and use.relation = 0
) as found
where found.level in ('error', 'warning', 'warning extra')
order by 1, 2, found.lineno, found.message`;
