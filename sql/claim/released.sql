update :"owned" as owned
set :"claim" = value
from lastwill.released as entry
where entry.edge operator(pg_catalog.=) :'edge'
  and entry.owner_key operator(pg_catalog.=) owner_key::text
  and owned.:"key" operator(pg_catalog.=) cast(entry.owned_key as :{owned_type})
  and owned.:"claim" is null:{detached};

get diagnostics n_rows = row_count;
claimed := claimed + n_rows;
