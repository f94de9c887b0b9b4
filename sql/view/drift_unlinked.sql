select
  :'edge'::text as edge,
  'unlinked'::text as drift,
  owner.:"key"::text as owner_key,
  owned.:"owned_key"::text as owned_key,
  :'mend'::text as mend
from :"table" as owner
cross join lateral unnest(
  lastwill.:"named"(
    :{pointer}
  )
) as named (owned_key)
join :"owned" as owned on owned.:"owned_key" = named.owned_key
where (
    :{may_name}
  )
  and not exists (
    select
    from lastwill.:"link" as link
    where link.owner_key operator(pg_catalog.=) cast(owner.:"key" as :{owner_type})
      and link.owned_key operator(pg_catalog.=) named.owned_key
  )
  :{may_end}
