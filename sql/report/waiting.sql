-- Released rows, by edge: what the sweep looks at next.
select
  entry.edge,
  count(distinct entry.owned_key)::double precision as rows,
  count(distinct entry.owned_key) filter (
    where entry.due_at <= now()
  )::double precision as due,
  min(entry.due_at) as first_due_at,
  max(entry.due_at) as last_due_at
from lastwill.released as entry
group by entry.edge
order by first_due_at, entry.edge
