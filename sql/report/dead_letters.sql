-- Letters that were given up, the latest first; $1 of them at most.
select
  letter.edge,
  letter.key,
  letter.tries,
  letter.last_error,
  letter.dead_at
from lastwill.outbox as letter
where letter.dead_at is not null
order by letter.dead_at desc, letter.id
limit $1
