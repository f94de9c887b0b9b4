-- The manifest says that pg_cron lives in another database, where a migration of this one
-- cannot go.
do $lastwill$
begin
  raise warning 'lastwill: the sweep has to be scheduled in database %, where pg_cron lives',
    :'database'
    using hint = pg_catalog.format(
      'Run there: select cron.schedule_in_database(%L, %L, %L, %L);',
      -- Before 1.6.3 pg_cron keeps one job of a name, for whatever database that was.
      :'job' || '-' || pg_catalog.current_database(),
      :'schedule',
      :'command',
      pg_catalog.current_database()
    );
end;
$lastwill$;
