select
  :{number},
  owned.ctid,
  :{waits},
  :{stands}
from only :"parent" as parent
join only :"owned" as owned
  on owned.:"by" = :{parent_key_in_column}
  and owned.:"type_column" = :'type'
where parent.ctid = any(:"gone")
