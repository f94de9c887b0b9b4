-- Edges with rows that no owner names: one row of each is enough to know.
select edge.edge
from lastwill.edge as edge
where exists (
  select
  from lastwill.orphan as lingering
  where lingering.edge = edge.edge
)
order by edge.edge
