select
  null::text as owner,
  null::text as owner_key,
  null::text as edge,
  null::text as owned,
  null::text as owned_key,
  0 as depth,
  null::text as policy,
  null::timestamptz as expires_at,
  null::text as parent_edge,
  null::text as parent_key
where false
