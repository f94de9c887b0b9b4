select
  entry.edge,
  entry.owned_key,
  entry.released_at,
  entry.due_at,
  kept.message,
  kept.next_try
from lastwill.released as entry
join lastwill.edge as declared on declared.edge = entry.edge
left join lastwill.quarantine as kept
  on kept.edge = entry.edge
  and kept.key = entry.owned_key
where declared.owner = $1
  and entry.owner_key = $2
order by entry.due_at, entry.id
