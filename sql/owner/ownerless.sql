from lastwill.:"link" as link
where not exists (
  select
  from :"table" as owner
  where cast(owner.:"key" as :{owner_type}) operator(pg_catalog.=) link.owner_key
)
