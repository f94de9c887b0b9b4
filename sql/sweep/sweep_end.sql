-- Closes a run, and trims what earlier runs left.
create or replace function lastwill.sweep_end(run bigint)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  swept text;
  kept_for interval;
begin
  update lastwill.sweep_run as closed
  set ended_at = clock_timestamp()
  from lastwill.sweep_setting as setting
  where closed.id = run
    and setting.owner = closed.owner
  returning closed.owner, greatest(setting.log_days, 1) * interval '1 day'
  into swept, kept_for;

  delete from lastwill.sweep_run as old
  where old.owner = swept
    and old.started_at < now() - kept_for;

  -- Every row in quarantine is tried again when its time has come; one that was not is gone.
  delete from lastwill.quarantine as kept
  where kept.owner = swept
    and kept.next_try < now() - interval '1 day';

  delete from lastwill.paused as past
  where past.owner = swept
    and past.until <= now();

  -- pg_cron's log has no index on time, so it is read once an hour only.
  if not exists (
    select
    from lastwill.sweep_run as earlier
    where earlier.owner = swept
      and earlier.id < run
      and earlier.started_at >= date_trunc('hour', now())
  ) then
    perform lastwill.trim_cron_log(now() - kept_for);
  end if;
end;
$lastwill$;

revoke all on function lastwill.sweep_end(bigint) from public;

comment on function lastwill.sweep_end(bigint) is
  :'comment';
