-- Letters that wait or were given up, by edge.
select
  letter.edge,
  count(*) filter (
    where letter.dead_at is null
  )::double precision as waiting,
  count(letter.dead_at)::double precision as dead,
  min(letter.emitted_at) filter (
    where letter.dead_at is null
  ) as oldest_at
from lastwill.outbox as letter
group by letter.edge
order by letter.edge
