-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 2 of 4. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.

-- Has pg_cron call the sweep. Where pg_cron cannot be used this says why and what to do, and
-- goes on: everything else works without it, and `lastwill sweep` does the same from any
-- scheduler.
do $lastwill$
declare
  job_schedule text := '* * * * *';
  -- What remains to be done once pg_cron can be used, for the hints below.
  by_hand constant text := pg_catalog.format(
    'select cron.schedule(%L, %L, %L);', 'lastwill-sweep', job_schedule, 'call lastwill.sweep()'
  );
  cron_database text;
  error_state text;
  error_message text;
  way_out text;
begin
  if not exists (select from pg_catalog.pg_extension where extname = 'pg_cron') then
    begin
      create extension pg_cron;
    exception
      -- Servers differ in how they refuse; none of it is a reason to undo the migration.
      when others then
        get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;

        -- Only a superuser may read this setting, and without the preloaded library it is not
        -- there.
        select setting
        into cron_database
        from pg_catalog.pg_settings
        where name = 'cron.database_name';

        way_out :=
          case
            when not exists (
              select from pg_catalog.pg_available_extensions where name = 'pg_cron'
            ) then
              'This server does not have pg_cron. Run "lastwill sweep" from any scheduler, or '
                || 'install pg_cron (Debian: the package postgresql-NN-cron), create extension '
                || 'pg_cron, and run: ' || by_hand
            when error_state = '42501' then
              pg_catalog.format(
                'A superuser must run: create extension pg_cron; grant usage on schema cron to %I; '
                  'then run: %s',
                current_user,
                by_hand
              )
            when error_state = '42704' then
              pg_catalog.format(
                'Set shared_preload_libraries = ''pg_cron'' and cron.database_name = %L in '
                  'postgresql.conf and restart the server. Then run: create extension pg_cron; %s',
                pg_catalog.current_database(),
                by_hand
              )
            when cron_database <> pg_catalog.current_database() then
              pg_catalog.format(
                'On this server pg_cron lives in database %I. Run there: '
                  'select cron.schedule_in_database(%L, %L, %L, %L);',
                cron_database,
                'lastwill-sweep' || '-' || pg_catalog.current_database(),
                job_schedule,
                'call lastwill.sweep()',
                pg_catalog.current_database()
              )
            else
              'Run "lastwill sweep" from any scheduler until pg_cron works.'
          end;
        raise warning 'lastwill: nothing was scheduled, for pg_cron cannot be used here (%: %)',
          error_state, error_message
          using hint = way_out;
        return;
    end;
  end if;

  if not pg_catalog.has_schema_privilege('cron', 'usage') then
    raise warning 'lastwill: nothing was scheduled, for role % may not use schema cron',
      current_user
      using hint = pg_catalog.format(
        'A superuser must run: grant usage on schema cron to %I; then run: %s',
        current_user,
        by_hand
      );
    return;
  end if;

  if not (select rolcanlogin from pg_catalog.pg_roles where rolname = current_user) then
    raise warning
      'lastwill: role % cannot log in, and pg_cron runs a job by logging in as its owner',
      current_user
      using hint = pg_catalog.format(
        'Run: alter role %I login; or migrate as a role that can log in.', current_user
      );
  end if;

  perform cron.schedule('lastwill-sweep', job_schedule, 'call lastwill.sweep()');
end;
$lastwill$;
