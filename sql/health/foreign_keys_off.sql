-- Foreign keys of declared tables that do nothing: `disable trigger all` switches off the internal
-- triggers that they are.
select distinct
  format('foreign key %I on %I.%I', k.conname, owned_schema.nspname, owned.relname) as name,
  format('%I.%I', n.nspname, c.relname) as on_table
from unnest($1::text[], $2::text[]) as named (schema, name)
join pg_catalog.pg_namespace as n on n.nspname = named.schema
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = named.name
join pg_catalog.pg_trigger as t on t.tgrelid = c.oid and t.tgisinternal and t.tgenabled <> 'O'
join pg_catalog.pg_constraint as k on k.oid = t.tgconstraint and k.contype = 'f'
join pg_catalog.pg_class as owned on owned.oid = k.conrelid
join pg_catalog.pg_namespace as owned_schema on owned_schema.oid = owned.relnamespace
order by name, on_table
