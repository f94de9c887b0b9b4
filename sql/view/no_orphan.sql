select
  null::text as edge,
  null::text as owned,
  null::text as owned_key
where false
