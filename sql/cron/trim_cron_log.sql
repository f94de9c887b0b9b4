-- Deletes what pg_cron noted of our own jobs, which it never does itself. pg_cron may be missing,
-- or come and go, so its table is asked only when it is there.
create or replace function lastwill.trim_cron_log(before timestamptz)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if not exists (select from pg_extension where extname = 'pg_cron')
    or not has_schema_privilege('cron', 'usage')
    or not has_table_privilege('cron.job_run_details', 'select, delete')
  then
    return;
  end if;

  -- One that could not connect has no time of its own, but its place in the order.
  execute format(
    $sql$
      delete from %1$s as old
      where old.database = current_database()
        and starts_with(old.command, 'call lastwill.sweep(')
        and old.runid <= (
          select max(past.runid)
          from %1$s as past
          where past.end_time < $1
        )
        and coalesce(old.end_time < $1, old.status = 'failed')
    $sql$,
    'cron.job_run_details'
  )
  using trim_cron_log.before;
end;
$lastwill$;

revoke all on function lastwill.trim_cron_log(timestamptz) from public;

comment on function lastwill.trim_cron_log(timestamptz) is
  :'comment';
