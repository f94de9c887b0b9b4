return query
select
  entry.edge,
  'released',
  entry.owner_key,
  null::text[],
  entry.due_at,
  null::text
from lastwill.released as entry
where entry.edge = any(:{edges})
  and entry.owned_key = :{key}::text;

return query
select
  kept.edge,
  'quarantined',
  null::text,
  null::text[],
  kept.next_try,
  kept.message
from lastwill.quarantine as kept
where kept.edge = any(:{edges})
  and kept.key = :{key}::text;
