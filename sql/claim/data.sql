update :"owned" as owned
set :"claim" = value
from lastwill.:"link" as link
where link.owner_key operator(pg_catalog.=) owner_key
  and link.owned_key operator(pg_catalog.=) owned.:"key"
  and owned.:"claim" is null;

get diagnostics n_rows = row_count;
claimed := claimed + n_rows;

delete from lastwill.:"link" as link
where link.owner_key operator(pg_catalog.=) owner_key;
