-- Rows that name a parent who is not there, up to a number at which nobody counts on. No migration
-- runs this.
select count(*)::integer as n
from (
  select
  from :"owned" as owned
  where owned.:"by" is not null
    and not exists (
      select
      from :"parent" as parent
      where parent.:"key" = owned.:"by"
    )
  limit 100000
) as lingering
