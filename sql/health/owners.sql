-- How each owner stands, what its hold says, when its last run was, and how far apart the last ones
-- were at most.
select
  status.owner,
  status.live::double precision as live,
  status.expired::double precision as expired,
  status.oldest_due,
  extract(epoch from status.lag)::double precision as lag_seconds,
  status.released::double precision as released,
  status.undecodable::double precision as undecodable,
  status.quarantined::double precision as quarantined,
  status.held,
  held.due::double precision as held_due,
  held.total::double precision as held_total,
  status.paused_until,
  status.last_run_at,
  status.last_run_rows::double precision as last_run_rows,
  extract(epoch from now() - status.last_run_at)::double precision as since_run_seconds,
  status.job,
  (
    select extract(epoch from max(run.gap))::double precision
    from (
      select past.started_at - lag(past.started_at) over (order by past.id) as gap
      from lastwill.sweep_run as past
      where past.owner = status.owner
        and past.worker = 1
      order by past.id desc
      limit 20
    ) as run
  ) as run_gap_seconds
from lastwill.status as status
left join lastwill.hold as held on status.held and held.owner = status.owner
order by status.owner
