when :'table'::regclass then
  return query
  select
    why.edge,
    why.reason,
    why.owner_key,
    why.above,
    why.until,
    why.detail
  from lastwill.:"why"(key) as why;
