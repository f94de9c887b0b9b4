-- What the sweep did in each of $3 equal spans between $1 and $2. A gap is the time since the run
-- before it began, of the first worker: as long as runs keep up, no row is due for longer.
with logged as (
  select
    run.owner,
    run.started_at,
    run.owners_ended + run.released_ended as rows,
    run.due,
    run.last_error,
    case
      when run.worker = 1 then
        run.started_at - lag(run.started_at) over (
          partition by run.owner, run.worker
          order by run.id
        )
    end as gap
  from lastwill.sweep_run as run
)
select
  logged.owner,
  least(
    width_bucket(
      extract(epoch from logged.started_at)::double precision,
      extract(epoch from $1::timestamptz)::double precision,
      extract(epoch from $2::timestamptz)::double precision,
      $3::integer
    ),
    $3::integer
  ) as span,
  count(*)::double precision as runs,
  count(logged.last_error)::double precision as failed,
  sum(logged.rows)::double precision as rows,
  max(logged.due)::double precision as due,
  extract(epoch from max(logged.gap))::double precision as gap_seconds
from logged
group by logged.owner, span
order by logged.owner, span
