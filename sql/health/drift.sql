-- Edges whose links are not what owners name. A guard, or that the row was not there yet, may have
-- kept it from being tied.
select
  drift.edge,
  drift.drift,
  drift.mend,
  edge.guard is not null as is_guarded,
  count(*)::double precision as n_rows
from lastwill.drift as drift
join lastwill.edge as edge on edge.edge = drift.edge
where not exists (
  select
  from lastwill.backfill as begun
)
group by drift.edge, drift.drift, drift.mend, is_guarded
order by drift.edge, drift.drift desc
