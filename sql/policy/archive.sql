-- archive: the row goes, and is kept whole in the archive. Columns that the table was given since
-- this was generated are kept together, in later_columns.
with gone as (
  delete from only :"owned" as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and :{ends}
  returning owned.*
)
insert into :"archive" (
  :{columns},
  archived_at,
  later_columns
)
select
  :{values},
  pg_catalog.now(),
  (
    select pg_catalog.jsonb_object_agg(later.key, later.value)
    from pg_catalog.json_each(pg_catalog.to_json(gone.*)) as later
    where later.key operator(pg_catalog.<>) all (:{names})
  )
from gone;
