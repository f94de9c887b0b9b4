select
  :'owner'::text as owner,
  counted.live,
  counted.expired,
  counted.oldest_due,
  case
    when isfinite(counted.oldest_due) then now() - counted.oldest_due
    else interval '0'
  end as lag,
  (
    select count(distinct (entry.edge, entry.owned_key))
    from lastwill.released as entry
    where entry.edge = any(:{edges})
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = :'owner'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = :'owner'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = :'owner'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = :'owner'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job(:'owner') as job
from (
  select
    count(*) filter (
      where (:{due}) is not true
    ) as live,
    count(*) filter (
      where :{due}
    ) as expired,
    min(:{moment}) filter (
      where :{due}
    ) as oldest_due
  from :"table" as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = :'owner'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = :'owner'
        and first.worker = 1
    )
) as last_run on true
