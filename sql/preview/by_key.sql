select
  :'edge',
  :{depth},
  :'action',
  null::text,
  null::text,
  null::timestamptz,
  count(*),
  (
    array_agg(:{shown} order by owned.ctid)
    filter (where :{shown} is not null)
  )[:5],
  array_agg(owned.ctid)
from only :"parent" as parent
join only :"owned" as owned on :{pairs}
where parent.ctid = any(:"gone")
having count(*) > 0
