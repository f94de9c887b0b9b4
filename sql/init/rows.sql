-- How many rows a table has, up to a number at which nobody counts on.
select count(*)::integer as n
from (
  select from only :"table"
  limit 20000
) as counted
