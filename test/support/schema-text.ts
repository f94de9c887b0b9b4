import type { TestDatabase } from "./database.ts";

/**
 * The schema of a database in words of our own, a thing to a line: for servers that no pg_dump at hand can
 * dump. It tells two schemas apart as their dumps would, but nothing can be restored from it.
 *
 * @param besides names (`schema.name`) that begin so are left out
 */
export async function schemaText(
  db: TestDatabase,
  besides: readonly string[] = [],
): Promise<string> {
  const rows = await db.query<{ kind: string; name: string; what: unknown }>(SCHEMA);
  const told = rows.filter(({ name }) => !besides.some((beginning) => name.startsWith(beginning)));
  return told.map(({ kind, name, what }) => `${kind} ${name} ${JSON.stringify(what)}\n`).join("");
}

const SCHEMA = `
with ours as (
  select n.oid, n.nspname::text as name, n.nspowner, n.nspacl
  from pg_namespace as n
  where n.nspname !~ '^pg_'
    and n.nspname <> 'information_schema'
),
-- No rights at all and those that everything has from the start are written in the same way.
rights as (
  select 'pg_namespace'::regclass as class, oid, nspacl as given, acldefault('n', nspowner) as usual
  from ours
  union all
  select 'pg_class'::regclass, c.oid, c.relacl,
    acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
  from pg_class as c
  union all
  select 'pg_proc'::regclass, p.oid, p.proacl, acldefault('f', p.proowner)
  from pg_proc as p
),
thing as (
  select 'schema' as kind, name::text, 'pg_namespace'::regclass as class, oid, 0 as part,
    null::jsonb as what
  from ours
  union all
  select 'relation', format('%s.%s', ours.name, c.relname), 'pg_class'::regclass, c.oid, 0,
    jsonb_build_array(
      c.relkind, c.relpersistence, c.reloptions, c.relrowsecurity, c.relreplident,
      pg_get_userbyid(c.relowner),
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
      case when c.relkind in ('i', 'I') then pg_get_indexdef(c.oid) end,
      (select i.indisvalid from pg_index as i where i.indexrelid = c.oid),
      (
        select jsonb_build_array(s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqcycle)
        from pg_sequence as s
        where s.seqrelid = c.oid
      )
    )
  from ours
  join pg_class as c on c.relnamespace = ours.oid
  union all
  select 'column', format('%s.%s.%s', ours.name, c.relname, a.attname), 'pg_class'::regclass, c.oid,
    a.attnum,
    jsonb_build_array(
      -- Which place it has, not which number: one that was dropped leaves a gap.
      rank() over (partition by c.oid order by a.attnum),
      format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
      a.attcollation::regcollation, a.attacl, pg_get_expr(d.adbin, d.adrelid)
    )
  from ours
  join pg_class as c on c.relnamespace = ours.oid and c.relkind in ('r', 'p', 'v', 'm', 'c')
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all
  select 'constraint', format('%s.%s.%s', ours.name, c.relname, k.conname),
    'pg_constraint'::regclass, k.oid, 0,
    jsonb_build_array(pg_get_constraintdef(k.oid), k.convalidated)
  from ours
  join pg_class as c on c.relnamespace = ours.oid
  join pg_constraint as k on k.conrelid = c.oid
  union all
  select 'trigger', format('%s.%s.%s', ours.name, c.relname, t.tgname), 'pg_trigger'::regclass,
    t.oid, 0, jsonb_build_array(pg_get_triggerdef(t.oid), t.tgenabled)
  from ours
  join pg_class as c on c.relnamespace = ours.oid
  join pg_trigger as t on t.tgrelid = c.oid and not t.tgisinternal
  union all
  select 'function',
    format('%s.%s(%s)', ours.name, p.proname, pg_get_function_identity_arguments(p.oid)),
    'pg_proc'::regclass, p.oid, 0,
    jsonb_build_array(pg_get_functiondef(p.oid), pg_get_userbyid(p.proowner))
  from ours
  join pg_proc as p on p.pronamespace = ours.oid and p.prokind <> 'a'
  union all
  select 'type', format('%s.%s', ours.name, t.typname), 'pg_type'::regclass, t.oid, 0,
    jsonb_build_array(
      t.typtype,
      (
        select array_agg(e.enumlabel order by e.enumsortorder)
        from pg_enum as e
        where e.enumtypid = t.oid
      )
    )
  from ours
  join pg_type as t on t.typnamespace = ours.oid and t.typtype in ('e', 'd')
)
select
  thing.kind, thing.name,
  jsonb_build_array(
    thing.what,
    coalesce(
      col_description(thing.oid, nullif(thing.part, 0)),
      obj_description(thing.oid, (select relname from pg_class where oid = thing.class))
    ),
    case when thing.part = 0 then (
      select array_agg(acl::text order by acl::text)
      from rights
      cross join lateral unnest(coalesce(rights.given, rights.usual)) as acl
      where rights.class = thing.class
        and rights.oid = thing.oid
    ) end
  ) as what
from thing
order by thing.kind collate "C", thing.name collate "C"`;
