-- pg_cron knows seconds since 1.5.
if (
  select
    pg_catalog.string_to_array(
      pg_catalog.substring(extversion, '^\d+\.\d+'), '.'
    )::integer[] < array[1, 5]
  from pg_catalog.pg_extension
  where extname = 'pg_cron'
) then
  raise warning 'lastwill: this pg_cron cannot run a job every %; scheduled every minute',
    job_schedule
    using hint = 'Update pg_cron to 1.5 or later. Then run: ' || by_hand;
  job_schedule := '* * * * *';
end if;
