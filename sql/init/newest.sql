-- The latest moment of a column without a time zone, in seconds from now: when it is read as UTC,
-- and when it is read in the zone of this database.
select
  extract(epoch from latest.moment at time zone 'UTC' - now())::float8 as in_utc,
  extract(epoch from latest.moment at time zone current_setting('TimeZone') - now())::float8 as here
from (
  select max(:"column") as moment
  from only :"table"
) as latest
