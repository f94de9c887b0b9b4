-- Takes the job back, if pg_cron is there to have it.
do $lastwill$
begin
  if exists (select from pg_catalog.pg_extension where extname = 'pg_cron')
    and pg_catalog.has_schema_privilege('cron', 'usage')
  then
    perform cron.unschedule(job.jobid)
    from cron.job
    where job.jobname = :'job'
      and job.database = pg_catalog.current_database()
      and job.username = current_user;
  end if;
end;
$lastwill$;
