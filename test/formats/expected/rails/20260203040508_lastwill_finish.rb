# Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
# manifest and generate again.
#
# Runs outside a transaction, a step at a time; if it is cut off, run it again.
#
# Hazards:
# - reads all of public.visits and locks its rows against writes, for less than half a second at
#   a time
# - deletes data from now on, where pg_cron can be used: it ends what has expired, and what it
#   owns; elsewhere this migration says what to do
# - deletes rows of public.carts whose visit_id names no row of public.visits; writes to
#   public.visits wait meanwhile, for a moment each time; not reversible
# - reads all of public.carts to check its visit_id; writes go on meanwhile

class LastwillFinish < ActiveRecord::Migration[6.1]
  disable_ddl_transaction!

  def up
    execute <<-'SQL'
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
    SQL

    execute <<-'SQL'
-- A large table takes its time.
set statement_timeout = 0;
    SQL

    execute <<-'SQL'
-- Ties what is named already: data → draft.
call lastwill.visit_backfill();
    SQL

    execute <<-'SQL'
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
    SQL

    execute <<-'SQL'
-- visit.carts: deletes rows of public.carts whose visit_id names no row of public.visits.
--
-- A batch is a transaction: cut off, this may be run again, and then has only the rest to do.
-- Nobody writes to public.visits while a batch decides, so a row whose parent has come back by then
-- stays as it is. No new orphans come: the foreign key is there, and has yet to look at old rows.
do $lastwill$
#variable_conflict use_variable
declare
  -- Whoever writes there has to wait for a batch, and should hardly notice.
  aim constant double precision := 0.1;
  window_pages constant bigint := 128;
  from_place tid;
  to_place tid;
  max_rows integer := 100;
  places tid[];
  n_rows bigint;
  started timestamptz;
  seconds double precision;
  went_on timestamptz := pg_catalog.clock_timestamp();
  pause double precision := 0.5;
begin
  -- Asked again after each time through: a row that is updated may move to where we have been.
  while exists (
    select
    from only public.carts as owned
    where owned.visit_id is not null
      and not exists (
        select
        from only public.visits as parent
        where parent.id operator(pg_catalog.=) owned.visit_id
      )
  ) loop
    for window_no in
      0 .. pg_catalog.pg_relation_size('public.carts')
        / (pg_catalog.current_setting('block_size')::bigint * window_pages)
    loop
      -- No row has the number 0 on its page.
      from_place := pg_catalog.format('(%s,0)', window_no * window_pages);
      to_place := pg_catalog.format('(%s,0)', (window_no + 1) * window_pages);

      loop
        commit;
        set transaction isolation level read committed;
        -- A few rows, and a look by index for the parent of each: whatever the statistics say.
        perform pg_catalog.set_config('enable_hashjoin', 'off', true);
        perform pg_catalog.set_config('enable_mergejoin', 'off', true);

        places := array(
          select owned.ctid
          from only public.carts as owned
          where owned.visit_id is not null
            and not exists (
              select
              from only public.visits as parent
              where parent.id operator(pg_catalog.=) owned.visit_id
            )
            and owned.ctid operator(pg_catalog.>) from_place
            and owned.ctid operator(pg_catalog.<) to_place
          limit max_rows
        );
        exit when places = '{}';

        started := pg_catalog.clock_timestamp();
        begin
          -- Less than the second after which PostgreSQL looks for deadlocks: no application is to
          -- lose one to us. Autovacuum gives way only to who waits longer: for its sake we do, in
          -- the end, as long as we hold nothing yet.
          perform pg_catalog.set_config(
            'lock_timeout',
            case when started > went_on + interval '30 s' then '1500ms' else '200ms' end,
            true
          );
          lock table only public.visits in share mode;
          perform pg_catalog.set_config('lock_timeout', '200ms', true);

          places := array(
            select owned.ctid
            from only public.carts as owned
            where owned.visit_id is not null
              and not exists (
                select
                from only public.visits as parent
                where parent.id operator(pg_catalog.=) owned.visit_id
              )
              and owned.ctid operator(pg_catalog.=) any (places)
            for update skip locked
          );
          delete from only public.carts as owned
          where owned.ctid operator(pg_catalog.=) any (places);
          get diagnostics n_rows = row_count;
        exception
          when lock_not_available or deadlock_detected then
            places := '{}';
            n_rows := 0;
        end;

        case
          when n_rows < pg_catalog.cardinality(places) then
            raise exception using
              errcode = '02000',
              message =
                'a trigger on public.carts keeps rows that name a row of public.visits that is not there',
              hint = 'Nothing of this batch was done. See to the trigger and run migrate up again.';

          when n_rows > 0 then
            went_on := pg_catalog.clock_timestamp();
            seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
            max_rows := least(greatest(max_rows * least(aim / seconds, 2), 1), 10000);
            pause := 0.5;

          when pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
            -- Somebody holds on to what is left, or writes to public.visits without an end.
            commit;
            perform pg_catalog.pg_sleep(pause);
            pause := least(pause * 2, 5);
            max_rows := greatest(max_rows / 8, 1);

          else
            raise exception using
              errcode = '55P03',
              message =
                'rows of public.carts, or all of public.visits, have been locked by others for 10 minutes',
              hint = 'What was done is done. Run migrate up again when nobody holds on to them.';
        end case;
      end loop;
    end loop;
  end loop;
end;
$lastwill$;
    SQL

    execute <<-'SQL'
alter table public.carts
  validate constraint lastwill_visit_carts_fkey;
    SQL

    execute <<-'SQL'
reset statement_timeout;
    SQL

    execute <<-'SQL'
reset lock_timeout;
    SQL
  end

  def down
    execute <<-'SQL'
-- Nothing here makes others wait for it, so it may itself wait for old transactions to end.
set lock_timeout = 0;
    SQL

    execute <<-'SQL'
-- A large table takes its time.
set statement_timeout = 0;
    SQL

    execute <<-'SQL'
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
    SQL

    execute <<-'SQL'
reset statement_timeout;
    SQL

    execute <<-'SQL'
reset lock_timeout;
    SQL
  end
end
