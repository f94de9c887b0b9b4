-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- Step 3 of 4. A file is sent as one query, which is one transaction: so each statement has
-- a file of its own, and settings are left out. If it was cut off and cannot be run again, run the step
-- before it once more first.

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
