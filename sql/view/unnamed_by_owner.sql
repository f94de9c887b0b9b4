not exists (
  select
  from lastwill.:"link" as link
  join :"owner" as owner on owner.:"owner_key" = link.owner_key
  where link.owned_key = owned.:"key"
)
