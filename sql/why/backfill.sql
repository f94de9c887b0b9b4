-- Links are still being made of what was named before there were triggers.
return query
select
  null::text,
  'backfill',
  null::text,
  null::text[],
  begun.begun_at,
  begun.name
from lastwill.backfill as begun
where is_there;
