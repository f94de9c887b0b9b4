array(
  select distinct link.owner_key
  :{ownerless}
)
