not exists (
  select
  from lastwill.:"link" as link
  where link.owned_key = owned.:"key"
)
