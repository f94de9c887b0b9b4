-- Which of these tables are there. Not by to_regclass, which needs a right on the schema.
select format('%I.%I', n.nspname, c.relname) as name
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where format('%I.%I', n.nspname, c.relname) = any ($1::text[])
