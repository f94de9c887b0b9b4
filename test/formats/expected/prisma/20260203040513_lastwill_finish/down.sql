-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 4 of 4. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.
--
-- The way down; Prisma runs it only when told to, and of these folders the last has to be first:
--   prisma db execute --file prisma/migrations/20260203040513_lastwill_finish/down.sql
-- Then have Prisma forget that it went up:
--   delete from _prisma_migrations where migration_name = '20260203040513_lastwill_finish';

-- Takes the job back, if pg_cron is there to have it.
do $lastwill$
begin
  if exists (select from pg_catalog.pg_extension where extname = 'pg_cron')
    and pg_catalog.has_schema_privilege('cron', 'usage')
  then
    perform cron.unschedule(job.jobid)
    from cron.job
    where job.jobname = 'lastwill-sweep'
      and job.database = pg_catalog.current_database()
      and job.username = current_user;
  end if;
end;
$lastwill$;
