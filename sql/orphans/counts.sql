select
  orphan.edge,
  orphan.owned,
  count(*) as n_rows
from lastwill.orphan as orphan
where $1::text is null
  or orphan.edge = $1
group by orphan.edge, orphan.owned
