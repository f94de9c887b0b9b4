-- Subscriptions that write declared tables: what they apply fires no trigger of ours.
select distinct
  format('%I', subscription.subname) as name,
  format('%I.%I', n.nspname, c.relname) as written
from unnest($1::text[], $2::text[]) as named (schema, name)
join pg_catalog.pg_namespace as n on n.nspname = named.schema
join pg_catalog.pg_class as c on c.relnamespace = n.oid and c.relname = named.name
join pg_catalog.pg_subscription_rel as part on part.srrelid = c.oid
join pg_catalog.pg_subscription as subscription on subscription.oid = part.srsubid
where subscription.subenabled
order by name, written
