-- How many rows of one edge no owner names, counted no further than $2.
select count(*)::double precision as rows
from (
  select
  from lastwill.orphan as lingering
  where lingering.edge = $1
  limit $2
) as counted
