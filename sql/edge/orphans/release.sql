insert into lastwill.released (edge, owned_key, owner_key, due_at)
select
  :'edge',
  cast(owned.:"key" as pg_catalog.text),
  cast(owned.:"by" as pg_catalog.text),
  pg_catalog.now() + :{grace}
from only :"owned" as owned
where owned.ctid operator(pg_catalog.=) any (places);

update only :"owned" as owned
set :"by" = null
where owned.ctid operator(pg_catalog.=) any (places);
