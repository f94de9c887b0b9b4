-- Everything in schema lastwill, and what bears its name or its stamp elsewhere, each thing as
-- PostgreSQL words it. Under an empty search_path, so that every name has its schema.
with ours as (
  select n.oid, n.nspacl, n.nspowner
  from pg_catalog.pg_namespace as n
  where n.nspname = 'lastwill'
),
thing as (
  select
    'schema lastwill' as id,
    null as parent,
    obj_description(ours.oid, 'pg_namespace') as comment,
    '' as definition,
    'O' as enabled,
    true as valid,
    coalesce(ours.nspacl, acldefault('n', ours.nspowner)) as rights,
    ours.nspowner as owner,
    null::oid as view
  from ours
  union all
  select
    format(
      '%s lastwill.%I(%s)',
      case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
      p.proname,
      oidvectortypes(p.proargtypes)
    ),
    null,
    obj_description(p.oid, 'pg_proc'),
    case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,
    'O',
    true,
    coalesce(p.proacl, acldefault('f', p.proowner)),
    p.proowner,
    null
  from ours
  join pg_catalog.pg_proc as p on p.pronamespace = ours.oid
  union all
  select
    format(
      '%s lastwill.%I',
      case c.relkind
        when 'r' then 'table' when 'v' then 'view' when 'S' then 'sequence'
        when 'm' then 'materialized view' when 'c' then 'type' else 'relation'
      end,
      c.relname
    ),
    null,
    obj_description(c.oid, 'pg_class'),
    concat_ws(
      e'\n',
      case when c.relpersistence <> 'p' then 'unlogged' end,
      case when c.relrowsecurity then 'row security' end,
      case when c.relforcerowsecurity then 'forced' end,
      case when c.relkind = 'v' then array_to_string(c.reloptions, ', ') end,
      case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
      (
        select format('%s %s %s', s.seqtypid::regtype, s.seqincrement, s.seqcycle)
        from pg_catalog.pg_sequence as s
        where s.seqrelid = c.oid
      ),
      (
        select string_agg(pg_get_ruledef(r.oid), e'\n' order by r.rulename)
        from pg_catalog.pg_rewrite as r
        where r.ev_class = c.oid
          and r.rulename <> '_RETURN'
      )
    ),
    'O',
    true,
    coalesce(
      c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
    ),
    c.relowner,
    case when c.relkind = 'v' then c.oid end
  from ours
  join pg_catalog.pg_class as c on c.relnamespace = ours.oid
  where c.relkind not in ('i', 'I', 't')
    -- The sequence of an identity column is part of it.
    and not exists (
      select
      from pg_catalog.pg_depend as part
      where part.classid = 'pg_class'::regclass
        and part.objid = c.oid
        and part.deptype = 'i'
    )
  union all
  select
    format('column lastwill.%I.%I', c.relname, a.attname),
    format('table lastwill.%I', c.relname),
    null,
    concat_ws(
      ' ',
      format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then 'not null' end,
      nullif(a.attidentity, ''),
      nullif(a.attgenerated, ''),
      nullif(a.attcollation, t.typcollation)::regcollation,
      pg_get_expr(d.adbin, d.adrelid)
    ),
    'O',
    true,
    a.attacl,
    c.relowner,
    null
  from ours
  join pg_catalog.pg_class as c on c.relnamespace = ours.oid and c.relkind = 'r'
  join pg_catalog.pg_attribute as a
    on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_catalog.pg_type as t on t.oid = a.atttypid
  left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all
  select
    format(
      '%s %I on %I.%I',
      case when k.contype = 'f' then 'foreign key' else 'constraint' end,
      k.conname, n.nspname, c.relname
    ),
    case when ours.oid is not null then format('table lastwill.%I', c.relname) end,
    obj_description(k.oid, 'pg_constraint'),
    replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''),
    'O',
    k.convalidated,
    null::aclitem[],
    c.relowner,
    null
  from pg_catalog.pg_constraint as k
  join pg_catalog.pg_class as c on c.oid = k.conrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join ours on ours.oid = n.oid
  -- Version 18 has a constraint for each column that is not null.
  where k.contype not in ('n', 't')
    and c.relpersistence <> 't'
    and (
      ours.oid is not null
      or k.contype = 'f'
      and (
        starts_with(k.conname, 'lastwill_')
        or obj_description(k.oid, 'pg_constraint') ~ '\[lastwill [0-9a-f]{12}\]$'
      )
    )
  union all
  select
    format('index %I.%I', n.nspname, c.relname),
    case when ours.oid is not null then format('table lastwill.%I', indexed.relname) end,
    obj_description(c.oid, 'pg_class'),
    pg_get_indexdef(c.oid),
    'O',
    i.indisvalid,
    null::aclitem[],
    c.relowner,
    null
  from pg_catalog.pg_index as i
  join pg_catalog.pg_class as c on c.oid = i.indexrelid
  join pg_catalog.pg_class as indexed on indexed.oid = i.indrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join ours on ours.oid = n.oid
  where c.relpersistence <> 't'
    and n.nspname !~ '^pg_toast'
    and not exists (
      select
      from pg_catalog.pg_constraint as k
      where k.conindid = c.oid
        and k.contype in ('p', 'u', 'x')
    )
    and (
      ours.oid is not null
      or starts_with(c.relname, 'lastwill_')
      or obj_description(c.oid, 'pg_class') ~ '\[lastwill [0-9a-f]{12}\]$'
    )
  union all
  select
    format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname),
    case when ours.oid is not null then format('table lastwill.%I', c.relname) end,
    obj_description(t.oid, 'pg_trigger'),
    pg_get_triggerdef(t.oid),
    t.tgenabled::text,
    true,
    null::aclitem[],
    c.relowner,
    null
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_class as c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  left join ours on ours.oid = n.oid
  where not t.tgisinternal
    and c.relpersistence <> 't'
    and (
      ours.oid is not null
      or t.tgname ~ '^[Ll]astwill_'
      or obj_description(t.oid, 'pg_trigger') ~ '\[lastwill [0-9a-f]{12}\]$'
    )
)
select
  thing.id,
  thing.parent,
  substring(thing.comment from '\[lastwill ([0-9a-f]{12})\]$') as stamp,
  thing.definition,
  thing.enabled,
  thing.valid,
  array(
    select
      case
        when given.grantee = 0 then 'public'
        else pg_get_userbyid(given.grantee)
      end || ': ' || lower(given.privilege_type) || given.column_name
    from (
      select acl.grantee, acl.privilege_type, '' as column_name
      from aclexplode(thing.rights) as acl
      union all
      -- A table's columns are things of their own.
      select acl.grantee, acl.privilege_type, format(' (%I)', a.attname)
      from pg_catalog.pg_attribute as a
      cross join lateral aclexplode(a.attacl) as acl
      where a.attrelid = thing.view
    ) as given
    where given.grantee <> thing.owner
    order by 1
  ) as rights,
  -- What a view that takes its place has to begin with. A rule on it stays, whatever does.
  (
    select array_agg(
      format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
        || coalesce(nullif(a.attcollation, t.typcollation)::regcollation::text, '')
      order by a.attnum
    )
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_type as t on t.oid = a.atttypid
    where a.attrelid = thing.view
      and a.attnum > 0
      and not exists (
        select
        from pg_catalog.pg_rewrite as r
        where r.ev_class = thing.view
          and r.rulename <> '_RETURN'
      )
  ) as columns
from thing
order by thing.id
