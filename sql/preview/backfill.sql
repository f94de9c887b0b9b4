backfill constant text := (
  select concat('backfill not finished: ', string_agg(begun.name, ', ' order by begun.name))
  from lastwill.backfill as begun
  having count(*) > 0
);
