select
  null::text as edge,
  null::text as owner,
  null::text as owned,
  null::text[] as owned_by_key,
  0 as depth,
  null::text as parent_edge,
  null::text as kind,
  null::text as tied_by,
  null::text as policy,
  null::text as policy_target,
  false as one_by_one,
  null::interval as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace
where false
