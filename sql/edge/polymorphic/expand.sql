-- Owners who went under a fixed snapshot, which cannot see every row of theirs: an entry for each
-- row that is there now.
with gone as (
  delete from lastwill.released as entry
  where entry.edge = :'edge'
    and entry.owned_key = ''
    and entry.due_at <= now()
  returning entry.owner_key
)
insert into lastwill.released (edge, owned_key, owner_key, due_at)
select :'edge', owned.:"key"::text, gone.owner_key, now()
from gone
join :"owned" as owned
  on owned.:"type_column" = :'type'
  and owned.:"by" = cast(gone.owner_key as :{by_type});
