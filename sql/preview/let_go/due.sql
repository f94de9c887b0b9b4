select
  :{number},
  owned.ctid,
  false,
  :{stands}
from lastwill.released as entry
join only :"owned" as owned on owned.:"key" = cast(entry.owned_key as :{owned_type})
where entry.edge = :'edge'
  and entry.due_at <= now()
  and entry.owned_key <> ''
  and :'owner' = any(swept)
