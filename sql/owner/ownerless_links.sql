array(
  select distinct link.owner_key
  from lastwill.:"link" as link
  where not exists (
    select
    from :"table" as owner
    where owner.:"key" = link.owner_key
  )
)
