not exists (
  select
  from lastwill.:"link" as link
  where link.owned_key operator(pg_catalog.=) cast(owned.:"key" as :{owned_type})
)
