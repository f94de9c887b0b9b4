select
  null::text as edge,
  null::text as drift,
  null::text as owner_key,
  null::text as owned_key,
  null::text as mend
where false
