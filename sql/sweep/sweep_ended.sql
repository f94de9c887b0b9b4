-- Closes a run, and trims what its owner's earlier runs left in the log.
create or replace function lastwill.sweep_ended(run bigint, log_days integer)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  swept text;
begin
  update lastwill.sweep_run as closed
  set ended_at = clock_timestamp()
  where closed.id = run
  returning closed.owner into swept;

  delete from lastwill.sweep_run as old
  where old.owner = swept
    and old.started_at < now() - greatest(log_days, 1) * interval '1 day';

  -- Every row in quarantine is tried again when its time has come; one that was not is gone.
  delete from lastwill.quarantine as kept
  where kept.owner = swept
    and kept.next_try < now() - interval '1 day';

  delete from lastwill.paused as ended
  where ended.owner = swept
    and ended.until <= now();
end;
$lastwill$;

revoke all on function lastwill.sweep_ended(bigint, integer) from public;

comment on function lastwill.sweep_ended(bigint, integer) is
  :'comment';
