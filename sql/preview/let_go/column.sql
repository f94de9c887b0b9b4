select
  :{number},
  owned.ctid,
  :{waits},
  :{stands}
from only :"parent" as parent
join only :"owned" as owned on :{pairs}
where parent.ctid = any(:"gone")
