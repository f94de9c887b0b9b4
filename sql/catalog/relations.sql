-- Every table-like thing a manifest could name, and where the search_path finds it. Of what is in
-- schema lastwill only the tables whose names are given: those of managed owners.
select
  relation.oid::text as oid,
  namespace.nspname as schema,
  relation.relname as name,
  relation.relkind as kind,
  array_position(current_schemas(true), namespace.nspname) as search_path_place
from pg_catalog.pg_class as relation
join pg_catalog.pg_namespace as namespace on namespace.oid = relation.relnamespace
where relation.relkind in ('r', 'p', 'v', 'm', 'f')
  and namespace.nspname not in ('pg_catalog', 'information_schema')
  and (namespace.nspname <> 'lastwill' or relation.relname = any($1))
  and namespace.nspname !~ '^pg_(toast|temp)'
order by namespace.nspname, relation.relname;
