-- Locked in one order, so that two claims of shared rows do not wait for each other in a ring.
perform
from :"owned" as owned
where owned.:"key" operator(pg_catalog.=) any (
    array(
      select tie.:"to_owned"
      from :"join" as tie
      where tie.:"to_parent" operator(pg_catalog.=) owner_key
    )
  )
order by owned.:"key"
for no key update;

update :"owned" as owned
set :"claim" = value
from :"join" as tie
where tie.:"to_parent" operator(pg_catalog.=) owner_key
  and tie.:"to_owned" operator(pg_catalog.=) owned.:"key"
  and owned.:"claim" is null;

get diagnostics n_rows = row_count;
claimed := claimed + n_rows;

delete from :"join" as tie
where tie.:"to_parent" operator(pg_catalog.=) owner_key;
