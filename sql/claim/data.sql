-- Locked in one order, so that two claims of shared rows do not wait for each other in a ring.
perform
from :"owned" as owned
where owned.:"key" operator(pg_catalog.=) any (
    array(
      select link.owned_key
      from lastwill.:"link" as link
      where link.owner_key operator(pg_catalog.=) owner_key
    )
  )
order by owned.:"key"
for no key update;

update :"owned" as owned
set :"claim" = value
from lastwill.:"link" as link
where link.owner_key operator(pg_catalog.=) owner_key
  and link.owned_key operator(pg_catalog.=) owned.:"key"
  and owned.:"claim" is null;

get diagnostics n_rows = row_count;
claimed := claimed + n_rows;

-- A name for a row that is not there yet goes on counting.
delete from lastwill.:"link" as link
using :"owned" as owned
where link.owner_key operator(pg_catalog.=) owner_key
  and owned.:"key" operator(pg_catalog.=) link.owned_key;
