-- What stands on each of our views and routines, at any depth, named as check names it: before one
-- of those can be dropped, this has to be. Under an empty search_path, so that every name has its
-- schema.
with recursive needed as (
  select distinct
    case when r.oid is null then d.classid else 'pg_class'::regclass end as class,
    coalesce(r.ev_class, d.objid) as oid,
    case when t.typrelid > 0 then 'pg_class'::regclass else d.refclassid end as on_class,
    coalesce(nullif(t.typrelid, 0), d.refobjid) as on_oid
  from pg_catalog.pg_depend as d
  left join pg_catalog.pg_rewrite as r
    on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
  left join pg_catalog.pg_type as t
    on t.oid = d.refobjid and d.refclassid = 'pg_type'::regclass
  where d.deptype in ('n', 'a')
),
ours as (
  select
    'pg_class'::regclass as class,
    c.oid,
    format('view %I.%I', n.nspname, c.relname) as id
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = 'lastwill'
    and c.relkind = 'v'
  union all
  select
    'pg_proc'::regclass,
    p.oid,
    format(
      '%s %I.%I(%s)',
      case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
      n.nspname,
      p.proname,
      oidvectortypes(p.proargtypes)
    )
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where n.nspname = 'lastwill'
),
standing as (
  select ours.id, needed.class, needed.oid
  from ours
  join needed on needed.on_class = ours.class and needed.on_oid = ours.oid
  where (needed.class, needed.oid) is distinct from (ours.class, ours.oid)
  union
  select standing.id, needed.class, needed.oid
  from standing
  join needed on needed.on_class = standing.class and needed.on_oid = standing.oid
)
select
  standing.id,
  array_agg(
    distinct coalesce(above.id, pg_describe_object(standing.class, standing.oid, 0))
  ) as above
from standing
left join lateral (
  select
    format(
      '%s %I.%I',
      case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
      n.nspname,
      c.relname
    ) as id
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where standing.class = 'pg_class'::regclass
    and c.oid = standing.oid
  union all
  select format('trigger %I on %I.%I', t.tgname, n.nspname, c.relname)
  from pg_catalog.pg_trigger as t
  join pg_catalog.pg_class as c on c.oid = t.tgrelid
  join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
  where standing.class = 'pg_trigger'::regclass
    and t.oid = standing.oid
  union all
  select
    format(
      '%s %I.%I(%s)',
      case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
      n.nspname,
      p.proname,
      oidvectortypes(p.proargtypes)
    )
  from pg_catalog.pg_proc as p
  join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
  where standing.class = 'pg_proc'::regclass
    and p.oid = standing.oid
) as above on true
group by standing.id
