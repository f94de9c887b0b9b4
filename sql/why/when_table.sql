when :'table'::regclass then
  return query
  select
    given.edge,
    given.reason,
    given.owner_key,
    given.above,
    given.until,
    given.detail
  from lastwill.:"why"(key) as given;
