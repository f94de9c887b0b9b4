-- The pg_cron job that sweeps an owner, in words. pg_cron may be missing, or come and go, so its
-- table is asked only when it is there.
create or replace function lastwill.sweep_job(owner text)
  returns text
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  job text;
begin
  if not exists (select from pg_extension where extname = 'pg_cron') then
    return 'none: pg_cron is not in this database';
  end if;

  if not has_schema_privilege('cron', 'usage') then
    return format('unknown: role %s may not use schema cron', current_user);
  end if;

  execute $sql$
    select string_agg(
      format(
        '%s: %s%s',
        job.jobname,
        job.schedule,
        case when job.active then '' else ' (inactive)' end
      ),
      ', '
      order by job.jobname
    )
    from cron.job
    where job.database = current_database()
      and (
        job.command ~ '^call lastwill\.sweep\((worker => \d+)?\)$'
        or starts_with(job.command, format('call lastwill.sweep(%L', $1))
      )
  $sql$
  into job
  using sweep_job.owner;

  return coalesce(job, 'none: no pg_cron job calls lastwill.sweep()');
end;
$lastwill$;

revoke all on function lastwill.sweep_job(text) from public;

comment on function lastwill.sweep_job(text) is
  :'comment';
