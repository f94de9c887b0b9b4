-- Letters that were given up after too many tries.
select
  letter.edge,
  count(*)::double precision as letters
from lastwill.outbox as letter
where letter.dead_at is not null
group by letter.edge
order by letter.edge
