:{key} not in (
  select kept.key
  from lastwill.quarantine as kept
  where kept.edge = :'owner'
    and kept.next_try > now()
)
