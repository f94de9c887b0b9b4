-- Whether pg_cron is in this database, or could be. Where it lives only a superuser may read.
select
  current_database() as database,
  exists (select from pg_catalog.pg_extension where extname = 'pg_cron') as has_cron,
  exists (
    select
    from pg_catalog.pg_available_extensions
    where name = 'pg_cron'
  ) as is_available,
  (
    select setting
    from pg_catalog.pg_settings
    where name = 'cron.database_name'
  ) as cron_database
