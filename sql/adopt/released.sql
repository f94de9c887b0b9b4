update :"owned" as owned
set :"by" = new_key
from lastwill.released as entry
where entry.edge operator(pg_catalog.=) :'edge'
  and entry.owner_key operator(pg_catalog.=) old_key::text
  and owned.:"key" operator(pg_catalog.=) cast(entry.owned_key as :{owned_type})
  and owned.:"by" is null;

get diagnostics n_rows = row_count;
adopted := adopted + n_rows;
