-- How each owner stands, and what its hold says.
select
  status.owner,
  status.live::double precision as live,
  status.expired::double precision as expired,
  extract(epoch from status.lag)::double precision as lag_seconds,
  status.released::double precision as released,
  status.undecodable::double precision as undecodable,
  status.quarantined::double precision as quarantined,
  status.held,
  held.held_at,
  held.due::double precision as held_due,
  held.total::double precision as held_total,
  status.paused_until,
  status.last_run_at,
  status.last_run_rows::double precision as last_run_rows,
  status.job
from lastwill.status as status
left join lastwill.hold as held on status.held and held.owner = status.owner
order by status.owner
