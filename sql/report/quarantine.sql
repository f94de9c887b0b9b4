-- Rows that cannot end, those that were tried most often first; $1 of them at most.
select
  kept.owner,
  kept.edge,
  kept.key,
  kept.sqlstate,
  kept.message,
  kept.tries,
  kept.first_try as first_try_at,
  kept.next_try as next_try_at
from lastwill.quarantine as kept
order by kept.tries desc, kept.first_try, kept.edge, kept.key
limit $1
