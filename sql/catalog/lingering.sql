-- Rows that name a parent who is not there, up to a number at which nobody counts on. No migration
-- runs this.
select count(*)::integer as n
from (
  select
  from :"table" as owned
  where :{lost}
  limit 100000
) as lingering
