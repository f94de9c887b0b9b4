-- What of this server and of pg_cron in this database decides whether the sweep is called at all.
select
  current_database() as database,
  exists (select from pg_catalog.pg_extension where extname = 'pg_cron') as has_cron,
  coalesce(
    (
      select has_schema_privilege(n.oid, 'usage')
      from pg_catalog.pg_namespace as n
      where n.nspname = 'cron'
    ),
    false
  ) as may_use_cron,
  pg_is_in_recovery() as in_recovery,
  current_setting('track_counts')::boolean as track_counts,
  current_setting('port')::integer as port,
  -- To others the kind of a process is hidden.
  pg_has_role('pg_read_all_stats', 'usage') as sees_processes,
  (
    select count(*)::integer
    from pg_catalog.pg_stat_activity as process
    where process.backend_type = 'pg_cron launcher'
  ) as launchers,
  (select setting from pg_catalog.pg_settings where name = 'cron.host') as cron_host,
  -- Only a superuser may read it.
  (
    select setting
    from pg_catalog.pg_settings
    where name = 'cron.database_name'
  ) as cron_database,
  (
    select setting = 'on'
    from pg_catalog.pg_settings
    where name = 'cron.use_background_workers'
  ) as cron_in_workers,
  (
    select setting::integer
    from pg_catalog.pg_settings
    where name = 'cron.max_running_jobs'
  ) as max_running_jobs
