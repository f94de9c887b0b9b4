-- Declared tables whose row security hides rows from the roles that our functions run as.
select distinct
  format('%I.%I', n.nspname, c.relname) as name,
  format('%I', role.rolname) as role,
  c.relforcerowsecurity as is_forced
from unnest($1::text[], $2::text[]) as named (schema, name)
join pg_catalog.pg_namespace as n on n.nspname = named.schema
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = named.name
join pg_catalog.pg_namespace as ours on ours.nspname = 'lastwill'
join pg_catalog.pg_proc as p on p.pronamespace = ours.oid and p.prosecdef
join pg_catalog.pg_roles as role on role.oid = p.proowner
where c.relrowsecurity
  and not role.rolsuper
  and not role.rolbypassrls
  and (c.relforcerowsecurity or not pg_has_role(role.oid, c.relowner, 'usage'))
order by name, role
