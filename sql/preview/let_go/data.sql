select
  :{number},
  owned.ctid,
  :{waits},
  :{stands}
from only :"parent" as parent
join lastwill.:"link" as link on link.owner_key = parent.:"parent_key"
left join only :"owned" as owned on owned.:"key" = link.owned_key
where parent.ctid = any(:"gone")
