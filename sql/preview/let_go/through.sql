select
  :{number},
  owned.ctid,
  :{waits},
  :{stands}
from only :"parent" as parent
join :"join" as tie on tie.:"to_parent" = parent.:"parent_key"
join only :"owned" as owned on owned.:"key" = tie.:"to_owned"
where parent.ctid = any(:"gone")
