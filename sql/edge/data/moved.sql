array(
  select link.owned_key
  from lastwill.:"link" as link
  where link.owner_key = :{owner}
  order by link.owned_key
) is distinct from array(
  select tied.owned_key
  from unnest(:{named}) as tied (owned_key)
  order by tied.owned_key
)
