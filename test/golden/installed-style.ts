import type { TestDatabase } from "../support/database.ts";
import { codeOf } from "../support/sql-code.ts";

/** Functions that do not pin what their names mean. */
export function unpinned(db: TestDatabase): Promise<object[]> {
  return db.query(UNPINNED);
}

/** What public may do in schema lastwill. */
export function grantedToPublic(db: TestDatabase): Promise<object[]> {
  return db.query(GRANTED);
}

/** What lacks a comment with a sentence and a hash. */
export function unstamped(db: TestDatabase): Promise<object[]> {
  return db.query(UNSTAMPED);
}

/** What of ours says nothing of itself: functions, procedures, sequences, tables, views, and columns of these. */
export function undescribed(db: TestDatabase): Promise<object[]> {
  return db.query(UNDESCRIBED);
}

/** A procedure, and what it calls and reads without saying in which schema. */
export interface Bare {
  readonly name: string;
  readonly calls: readonly string[];
  readonly tables: readonly string[];
}

/** Looks through every procedure: what commits can pin nothing. */
export async function bareNames(db: TestDatabase): Promise<Bare[]> {
  const procedures = await db.query<{ name: string; body: string }>(PROCEDURES);
  return procedures.map(({ name, body }) => {
    const code = codeOf(body).replaceAll(GRAMMAR_CALLS, "");
    return {
      name,
      calls: code.match(/(?<![\w.])\w+\(/g) ?? [],
      tables: code.match(BARE_TABLE) ?? [],
    };
  });
}

const BARE_TABLE = /\b(?:from|join|insert into|update)\s+(?!(?:lateral|set)\b)\w+(?![\w.(])/g;

/** Looks like a call, but is grammar: it cannot be anybody else's. */
const GRAMMAR_CALLS =
  /\b(?:cast|greatest|least|coalesce|nullif|exists|any|all|array|in|values|slot|operator)\(/g;

const UNPINNED = `
  select p.oid::regprocedure::text as function
  from pg_proc as p
  where p.pronamespace = 'lastwill'::regnamespace
    and p.prosqlbody is null
    and not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
    -- A condition of the user's own finds what he is used to finding, but nothing temporary first.
    and not (
      p.proname ~ '_(keeps|guards)$'
      and exists (select from unnest(p.proconfig) as c where c ~ '^search_path=.*, pg_temp$')
    )
    and (p.prosecdef or p.prokind <> 'p')`;

const PROCEDURES = `
  select p.proname as name, p.prosrc as body
  from pg_proc as p
  where p.pronamespace = 'lastwill'::regnamespace
    and p.prokind = 'p'`;

const UNDESCRIBED = `
  select c.oid::regclass::text as name, a.attname as column
  from pg_class as c
  left join pg_attribute as a on a.attrelid = c.oid and c.relkind in ('r', 'v') and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'lastwill'::regnamespace
    and c.relkind in ('r', 'v', 'S')
    and not exists (select from pg_depend as d where d.objid = c.oid and d.deptype = 'i' and c.relkind = 'S')
    and (obj_description(c.oid, 'pg_class') is null or a.attnum is not null and col_description(c.oid, a.attnum) is null)
  union all
  select p.oid::regprocedure::text, null
  from pg_proc as p
  where p.pronamespace = 'lastwill'::regnamespace
    and obj_description(p.oid, 'pg_proc') is null`;

/** Grants to public; where nothing was ever granted or revoked, a function has one by default. */
const GRANTED = `
  select thing.name, thing.privilege_type
  from (
    select p.oid::regprocedure::text as name, acl.grantee, acl.privilege_type
    from pg_proc as p
    cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as acl
    where p.pronamespace = 'lastwill'::regnamespace
    union all
    select c.oid::regclass::text, acl.grantee, acl.privilege_type
    from pg_class as c
    cross join lateral aclexplode(c.relacl) as acl
    where c.relnamespace = 'lastwill'::regnamespace
    union all
    select n.nspname, acl.grantee, acl.privilege_type
    from pg_namespace as n
    cross join lateral aclexplode(n.nspacl) as acl
    where n.nspname = 'lastwill'
  ) as thing
  where thing.grantee = 0`;

/** Constraints and indexes of our own tables are part of them; their table's stamp covers them. */
const UNSTAMPED = `
  select thing.name
  from (
    select 'schema' as name, obj_description(n.oid, 'pg_namespace') as comment
    from pg_namespace as n
    where n.nspname = 'lastwill'
    union all
    select p.oid::regprocedure::text, obj_description(p.oid, 'pg_proc')
    from pg_proc as p
    where p.pronamespace = 'lastwill'::regnamespace
      -- A codec's helpers stand in its file, and change with it.
      and p.proname not in ('decode_django_inflate', 'decode_django_huffman')
    union all
    select c.oid::regclass::text, obj_description(c.oid, 'pg_class')
    from pg_class as c
    where (c.relnamespace = 'lastwill'::regnamespace and c.relkind in ('r', 'v'))
      or (c.relnamespace <> 'lastwill'::regnamespace and c.relname like 'lastwill\\_%\\_idx')
    union all
    select t.tgname, obj_description(t.oid, 'pg_trigger')
    from pg_trigger as t
    where not t.tgisinternal
    union all
    select k.conname, obj_description(k.oid, 'pg_constraint')
    from pg_constraint as k
    where k.connamespace <> 'lastwill'::regnamespace
      and k.conname like 'lastwill\\_%'
      and k.contype = 'f'
  ) as thing
  where thing.comment is null
    or thing.comment !~ '^.+ \\[lastwill [0-9a-f]{12}\\]$'`;
