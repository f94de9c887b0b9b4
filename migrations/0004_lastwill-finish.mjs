// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - reads all of public.session and locks its rows against writes, for less than half a second at
//   a time
// - deletes data from now on, where pg_cron can be used: it ends what has expired, and what it
//   owns; elsewhere this migration says what to do
// - stops if there are rows of public.carts whose session_sid names no row of public.session, and
//   changes nothing then
// - reads all of public.carts to check its session_sid; writes go on meanwhile
// - stops if there are rows of public.cart_items whose cart_id names no row of public.carts, and
//   changes nothing then
// - reads all of public.cart_items to check its cart_id; writes go on meanwhile

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const up = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
`);

  pgm.sql(`
-- A large table takes its time.
set statement_timeout = 0;
`);

  pgm.sql(`
-- Ties what is named already: sess → draftId, sess → uploads[].id.
call lastwill.session_backfill();
`);

  pgm.sql(`
-- Has pg_cron call the sweep. Where pg_cron cannot be used this says why and what to do, and
-- goes on: everything else works without it, and \`lastwill sweep\` does the same from any
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
`);

  pgm.sql(`
-- Rows of public.carts that name no row of public.session would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public.carts as owned
    where owned.session_sid is not null
      and not exists (
        select
        from only public.session as parent
        where parent.sid operator(pg_catalog.=) owned.session_sid
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public.carts',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public.session that is not there'
    ),
    detail = pg_catalog.concat(
      'Their id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete (or set_null, to keep them) beside session.carts in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.carts as owned where owned.session_sid is not null and not exists (select from only public.session as parent where parent.sid = owned.session_sid);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.carts
  validate constraint lastwill_session_carts_fkey;
`);

  pgm.sql(`
-- Rows of public.cart_items that name no row of public.carts would stop the check that comes next, and it
-- would show the key of one that is missing. Here it is said how many they are, which (five of
-- them at most), and what to do. Nothing is changed, so the migration can be run again.
do $lastwill$
#variable_conflict use_variable
declare
  orphans text[];
begin
  orphans := array(
    select cast(owned.id as pg_catalog.text)
    from only public.cart_items as owned
    where owned.cart_id is not null
      and not exists (
        select
        from only public.carts as parent
        where parent.id operator(pg_catalog.=) owned.cart_id
      )
    limit 100000
  );

  if pg_catalog.cardinality(orphans) = 0 then
    return;
  end if;

  raise exception using
    errcode = '23503',
    message = pg_catalog.concat(
      'public.cart_items',
      case pg_catalog.cardinality(orphans)
        when 1 then ': 1 row names'
        when 100000 then ': 100,000 or more rows name'
        else pg_catalog.concat(': ', pg_catalog.cardinality(orphans), ' rows name')
      end,
      ' a row of public.carts that is not there'
    ),
    detail = pg_catalog.concat(
      'Their id: ',
      pg_catalog.array_to_string(orphans[1:5], ', '),
      case when pg_catalog.cardinality(orphans) > 5 then ', …' else '.' end
    ),
    hint =
      'Write orphans: delete beside session.cart_items in the manifest, run gen-migrations, and migrate up again. Or let go of them by hand: delete from only public.cart_items as owned where owned.cart_id is not null and not exists (select from only public.carts as parent where parent.id = owned.cart_id);';
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.cart_items
  validate constraint lastwill_session_cart_items_fkey;
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};

/** @param {import("node-pg-migrate").MigrationBuilder} pgm */
export const down = (pgm) => {
  pgm.noTransaction();

  pgm.sql(`
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
`);

  pgm.sql(`
-- A large table takes its time.
set statement_timeout = 0;
`);

  pgm.sql(`
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
`);

  pgm.sql(`
reset statement_timeout;
`);

  pgm.sql(`
reset lock_timeout;
`);
};
