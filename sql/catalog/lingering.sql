-- Orphans: rows that name a parent who is not there, up to a number at which nobody counts on, and
-- a few of their keys. No migration runs this.
select
  count(*)::integer as n,
  (array_agg(lingering.key))[1:5] as sample
from (
  select :{shown} as key
  from only :"table" as owned
  where :{orphan}
  limit 100000
) as lingering
