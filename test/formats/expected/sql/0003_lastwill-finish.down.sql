-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Runs outside a transaction, a step at a time; if it is cut off, run it again.
--
-- Hazards:
-- - reads all of public.visits and locks its rows against writes, for less than half a second at
--   a time
-- - deletes data from now on, where pg_cron can be used: it ends what has expired, and what it
--   owns; elsewhere this migration says what to do
-- - deletes rows of public.carts whose visit_id names no row of public.visits; writes to
--   public.visits wait meanwhile, for a moment each time; not reversible
-- - reads all of public.carts to check its visit_id; writes go on meanwhile

\set ON_ERROR_STOP on

-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;

-- A large table takes its time.
set statement_timeout = 0;

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

reset statement_timeout;

reset lock_timeout;
