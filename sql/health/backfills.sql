-- Backfills that are not finished.
select
  pending.name,
  pending.begun_at
from lastwill.backfill as pending
order by pending.begun_at, pending.name
