-- All that this owner had waits, in one entry.
return query
select
  entry.edge,
  'released',
  entry.owner_key,
  null::text[],
  entry.due_at,
  null::text
from (
  select (this).*
) as owned
join lastwill.released as entry
  on entry.owner_key = owned.:"by"::text
where entry.edge = :'edge'
  and entry.owned_key = ''
  and owned.:"type_column" = :'type';
