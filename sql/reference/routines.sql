-- Functions and procedures of schema lastwill: how each is called, what its comment says, without
-- the stamp, and who but its owner may call it.
select
  routine.proname as name,
  case
    when routine.prorettype = 'trigger'::regtype then 'trigger'
    when routine.prokind = 'p' then 'procedure'
    when routine.proretset then 'rows'
    else 'function'
  end as kind,
  pg_get_function_arguments(routine.oid) as arguments,
  pg_get_function_result(routine.oid) as result,
  regexp_replace(obj_description(routine.oid, 'pg_proc'), ' \[lastwill \w+\]$', '') as comment,
  array(
    select acl.grantee::regrole::text
    from aclexplode(routine.proacl) as acl
    where acl.grantee <> routine.proowner
    order by 1
  ) as granted_to
from pg_proc as routine
where routine.pronamespace = 'lastwill'::regnamespace
order by routine.proname collate "C"
