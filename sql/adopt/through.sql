update :"join" as tie
set :"to_parent" = new_key
where tie.:"to_parent" operator(pg_catalog.=) old_key
  and not exists (
    select
    from :"join" as same
    where same.:"to_parent" operator(pg_catalog.=) new_key
      and same.:"to_owned" operator(pg_catalog.=) tie.:"to_owned"
  );

get diagnostics n_rows = row_count;
adopted := adopted + n_rows;

-- Locked first: one that a sweep is just ending is left out, and no foreign key complains.
insert into :"join" (:"to_parent", :"to_owned")
select distinct new_key, waiting.key
from (
  select owned.:"key" as key
  from lastwill.released as entry
  join :"owned" as owned
    on owned.:"key" operator(pg_catalog.=) cast(entry.owned_key as :{owned_type})
  where entry.edge operator(pg_catalog.=) :'edge'
    and entry.owner_key operator(pg_catalog.=) old_key::text
  for key share of owned
) as waiting
where not exists (
  select
  from :"join" as same
  where same.:"to_parent" operator(pg_catalog.=) new_key
    and same.:"to_owned" operator(pg_catalog.=) waiting.key
);

get diagnostics n_rows = row_count;
adopted := adopted + n_rows;

delete from :"join" as tie
where tie.:"to_parent" operator(pg_catalog.=) old_key;
