-- The pg_cron jobs that sweep, each with how its last run went; and, whatever they do, those whose
-- role is gone, for they stop the scheduler.
select
  job.jobid::text as id,
  coalesce(job.jobname, job.jobid::text) as name,
  job.schedule,
  job.command,
  job.nodename,
  job.nodeport,
  job.database,
  job.username,
  job.active,
  role.oid is not null as has_role,
  coalesce(role.rolcanlogin, false) as can_log_in,
  exists (
    select
    from pg_catalog.pg_database as database
    where database.datname = job.database
  ) as has_database,
  last_run.status as last_status,
  last_run.return_message as last_message
from cron.job as job
left join pg_catalog.pg_roles as role on role.rolname = job.username
left join lateral (
  select
    run.status,
    run.return_message
  from cron.job_run_details as run
  where run.jobid = job.jobid
    and run.status in ('succeeded', 'failed')
  order by run.runid desc
  limit 1
) as last_run on true
where starts_with(job.command, 'call lastwill.sweep(')
  or role.oid is null
order by job.jobid
