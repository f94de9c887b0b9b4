select
  :{number},
  owned.ctid,
  false,
  :{stands}
from lastwill.released as entry
join only :"owned" as owned
  on owned.:"by" = cast(entry.owner_key as :{by_type})
  and owned.:"type_column" = :'type'
where entry.edge = :'edge'
  and entry.due_at <= now()
  and entry.owned_key = ''
  and :'owner' = any(swept)
