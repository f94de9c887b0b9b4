-- Whether PostgreSQL understands a condition over a row; it plans it, and executes nothing. The
-- parameter brings the extended protocol, which takes one statement and no more.
explain
select
from (
  select (owned.*).*
  from :"owned" as owned
  where $1::text is null
) as :"alias"
where (
  :{condition}
);
