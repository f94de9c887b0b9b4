// Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
// manifest and generate again.
//
// Runs outside a transaction, a step at a time; if it is cut off, run it again.
//
// Hazards:
// - deletes rows of public.carts whose session_sid names no row of public.session; writes to
//   public.session wait meanwhile, for a moment each time; not reversible
// - reads all of public.carts to check its session_sid; writes go on meanwhile
// - deletes rows of public.cart_items whose cart_id names no row of public.carts; writes to
//   public.carts wait meanwhile, for a moment each time; not reversible
// - reads all of public.cart_items to check its cart_id; writes go on meanwhile
// - lets go of rows of public.uploads whose session_sid names no row of public.session, so that
//   the sweep ends those that nothing keeps; writes to public.session wait meanwhile, for a
//   moment each time; not reversible
// - reads all of public.uploads to check its session_sid; writes go on meanwhile
// - deletes rows of public.session_documents whose session_sid names no row of public.session;
//   writes to public.session wait meanwhile, for a moment each time; not reversible
// - reads all of public.session_documents to check its session_sid; writes go on meanwhile
// - deletes rows of public.session_documents whose document_id names no row of public.documents;
//   writes to public.documents wait meanwhile, for a moment each time; not reversible
// - reads all of public.session_documents to check its document_id; writes go on meanwhile

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
-- session.carts: deletes rows of public.carts whose session_sid names no row of public.session.
--
-- A batch is a transaction: cut off, this may be run again, and then has only the rest to do.
-- Nobody writes to public.session while a batch decides, so a row whose parent has come back by then
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
    where owned.session_sid is not null
      and not exists (
        select
        from only public.session as parent
        where parent.sid operator(pg_catalog.=) owned.session_sid
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
          where owned.session_sid is not null
            and not exists (
              select
              from only public.session as parent
              where parent.sid operator(pg_catalog.=) owned.session_sid
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
          lock table only public.session in share mode;
          perform pg_catalog.set_config('lock_timeout', '200ms', true);

          places := array(
            select owned.ctid
            from only public.carts as owned
            where owned.session_sid is not null
              and not exists (
                select
                from only public.session as parent
                where parent.sid operator(pg_catalog.=) owned.session_sid
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
                'a trigger on public.carts keeps rows that name a row of public.session that is not there',
              hint = 'Nothing of this batch was done. See to the trigger and run migrate up again.';

          when n_rows > 0 then
            went_on := pg_catalog.clock_timestamp();
            seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
            max_rows := least(greatest(max_rows * least(aim / seconds, 2), 1), 10000);
            pause := 0.5;

          when pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
            -- Somebody holds on to what is left, or writes to public.session without an end.
            commit;
            perform pg_catalog.pg_sleep(pause);
            pause := least(pause * 2, 5);
            max_rows := greatest(max_rows / 8, 1);

          else
            raise exception using
              errcode = '55P03',
              message =
                'rows of public.carts, or all of public.session, have been locked by others for 10 minutes',
              hint = 'What was done is done. Run migrate up again when nobody holds on to them.';
        end case;
      end loop;
    end loop;
  end loop;
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.carts
  validate constraint lastwill_session_carts_fkey;
`);

  pgm.sql(`
-- session.cart_items: deletes rows of public.cart_items whose cart_id names no row of public.carts.
--
-- A batch is a transaction: cut off, this may be run again, and then has only the rest to do.
-- Nobody writes to public.carts while a batch decides, so a row whose parent has come back by then
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
    from only public.cart_items as owned
    where owned.cart_id is not null
      and not exists (
        select
        from only public.carts as parent
        where parent.id operator(pg_catalog.=) owned.cart_id
      )
  ) loop
    for window_no in
      0 .. pg_catalog.pg_relation_size('public.cart_items')
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
          from only public.cart_items as owned
          where owned.cart_id is not null
            and not exists (
              select
              from only public.carts as parent
              where parent.id operator(pg_catalog.=) owned.cart_id
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
          lock table only public.carts in share mode;
          perform pg_catalog.set_config('lock_timeout', '200ms', true);

          places := array(
            select owned.ctid
            from only public.cart_items as owned
            where owned.cart_id is not null
              and not exists (
                select
                from only public.carts as parent
                where parent.id operator(pg_catalog.=) owned.cart_id
              )
              and owned.ctid operator(pg_catalog.=) any (places)
            for update skip locked
          );
          delete from only public.cart_items as owned
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
                'a trigger on public.cart_items keeps rows that name a row of public.carts that is not there',
              hint = 'Nothing of this batch was done. See to the trigger and run migrate up again.';

          when n_rows > 0 then
            went_on := pg_catalog.clock_timestamp();
            seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
            max_rows := least(greatest(max_rows * least(aim / seconds, 2), 1), 10000);
            pause := 0.5;

          when pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
            -- Somebody holds on to what is left, or writes to public.carts without an end.
            commit;
            perform pg_catalog.pg_sleep(pause);
            pause := least(pause * 2, 5);
            max_rows := greatest(max_rows / 8, 1);

          else
            raise exception using
              errcode = '55P03',
              message =
                'rows of public.cart_items, or all of public.carts, have been locked by others for 10 minutes',
              hint = 'What was done is done. Run migrate up again when nobody holds on to them.';
        end case;
      end loop;
    end loop;
  end loop;
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.cart_items
  validate constraint lastwill_session_cart_items_fkey;
`);

  pgm.sql(`
-- session.uploads: lets go of rows of public.uploads whose session_sid names no row of public.session, so that the sweep ends those that nothing keeps.
--
-- A batch is a transaction: cut off, this may be run again, and then has only the rest to do.
-- Nobody writes to public.session while a batch decides, so a row whose parent has come back by then
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
    from only public.uploads as owned
    where owned.session_sid is not null
      and not exists (
        select
        from only public.session as parent
        where parent.sid operator(pg_catalog.=) owned.session_sid
      )
  ) loop
    for window_no in
      0 .. pg_catalog.pg_relation_size('public.uploads')
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
          from only public.uploads as owned
          where owned.session_sid is not null
            and not exists (
              select
              from only public.session as parent
              where parent.sid operator(pg_catalog.=) owned.session_sid
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
          lock table only public.session in share mode;
          perform pg_catalog.set_config('lock_timeout', '200ms', true);

          places := array(
            select owned.ctid
            from only public.uploads as owned
            where owned.session_sid is not null
              and not exists (
                select
                from only public.session as parent
                where parent.sid operator(pg_catalog.=) owned.session_sid
              )
              and owned.ctid operator(pg_catalog.=) any (places)
            for update skip locked
          );
          insert into lastwill.released (edge, owned_key, owner_key, due_at)
          select
            'session.uploads',
            cast(owned.id as pg_catalog.text),
            cast(owned.session_sid as pg_catalog.text),
            pg_catalog.now() + interval '0 seconds'
          from only public.uploads as owned
          where owned.ctid operator(pg_catalog.=) any (places);

          update only public.uploads as owned
          set session_sid = null
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
                'a trigger on public.uploads keeps rows that name a row of public.session that is not there',
              hint = 'Nothing of this batch was done. See to the trigger and run migrate up again.';

          when n_rows > 0 then
            went_on := pg_catalog.clock_timestamp();
            seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
            max_rows := least(greatest(max_rows * least(aim / seconds, 2), 1), 10000);
            pause := 0.5;

          when pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
            -- Somebody holds on to what is left, or writes to public.session without an end.
            commit;
            perform pg_catalog.pg_sleep(pause);
            pause := least(pause * 2, 5);
            max_rows := greatest(max_rows / 8, 1);

          else
            raise exception using
              errcode = '55P03',
              message =
                'rows of public.uploads, or all of public.session, have been locked by others for 10 minutes',
              hint = 'What was done is done. Run migrate up again when nobody holds on to them.';
        end case;
      end loop;
    end loop;
  end loop;
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.uploads
  validate constraint lastwill_session_uploads_fkey;
`);

  pgm.sql(`
-- session.documents: deletes rows of public.session_documents whose session_sid names no row of public.session.
--
-- A batch is a transaction: cut off, this may be run again, and then has only the rest to do.
-- Nobody writes to public.session while a batch decides, so a row whose parent has come back by then
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
    from only public.session_documents as owned
    where owned.session_sid is not null
      and not exists (
        select
        from only public.session as parent
        where parent.sid operator(pg_catalog.=) owned.session_sid
      )
  ) loop
    for window_no in
      0 .. pg_catalog.pg_relation_size('public.session_documents')
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
          from only public.session_documents as owned
          where owned.session_sid is not null
            and not exists (
              select
              from only public.session as parent
              where parent.sid operator(pg_catalog.=) owned.session_sid
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
          lock table only public.session in share mode;
          perform pg_catalog.set_config('lock_timeout', '200ms', true);

          places := array(
            select owned.ctid
            from only public.session_documents as owned
            where owned.session_sid is not null
              and not exists (
                select
                from only public.session as parent
                where parent.sid operator(pg_catalog.=) owned.session_sid
              )
              and owned.ctid operator(pg_catalog.=) any (places)
            for update skip locked
          );
          delete from only public.session_documents as owned
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
                'a trigger on public.session_documents keeps rows that name a row of public.session that is not there',
              hint = 'Nothing of this batch was done. See to the trigger and run migrate up again.';

          when n_rows > 0 then
            went_on := pg_catalog.clock_timestamp();
            seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
            max_rows := least(greatest(max_rows * least(aim / seconds, 2), 1), 10000);
            pause := 0.5;

          when pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
            -- Somebody holds on to what is left, or writes to public.session without an end.
            commit;
            perform pg_catalog.pg_sleep(pause);
            pause := least(pause * 2, 5);
            max_rows := greatest(max_rows / 8, 1);

          else
            raise exception using
              errcode = '55P03',
              message =
                'rows of public.session_documents, or all of public.session, have been locked by others for 10 minutes',
              hint = 'What was done is done. Run migrate up again when nobody holds on to them.';
        end case;
      end loop;
    end loop;
  end loop;
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.session_documents
  validate constraint lastwill_session_documents_owner_fkey;
`);

  pgm.sql(`
-- session.documents: deletes rows of public.session_documents whose document_id names no row of public.documents.
--
-- A batch is a transaction: cut off, this may be run again, and then has only the rest to do.
-- Nobody writes to public.documents while a batch decides, so a row whose parent has come back by then
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
    from only public.session_documents as owned
    where owned.document_id is not null
      and not exists (
        select
        from only public.documents as parent
        where parent.id operator(pg_catalog.=) owned.document_id
      )
  ) loop
    for window_no in
      0 .. pg_catalog.pg_relation_size('public.session_documents')
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
          from only public.session_documents as owned
          where owned.document_id is not null
            and not exists (
              select
              from only public.documents as parent
              where parent.id operator(pg_catalog.=) owned.document_id
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
          lock table only public.documents in share mode;
          perform pg_catalog.set_config('lock_timeout', '200ms', true);

          places := array(
            select owned.ctid
            from only public.session_documents as owned
            where owned.document_id is not null
              and not exists (
                select
                from only public.documents as parent
                where parent.id operator(pg_catalog.=) owned.document_id
              )
              and owned.ctid operator(pg_catalog.=) any (places)
            for update skip locked
          );
          delete from only public.session_documents as owned
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
                'a trigger on public.session_documents keeps rows that name a row of public.documents that is not there',
              hint = 'Nothing of this batch was done. See to the trigger and run migrate up again.';

          when n_rows > 0 then
            went_on := pg_catalog.clock_timestamp();
            seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
            max_rows := least(greatest(max_rows * least(aim / seconds, 2), 1), 10000);
            pause := 0.5;

          when pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
            -- Somebody holds on to what is left, or writes to public.documents without an end.
            commit;
            perform pg_catalog.pg_sleep(pause);
            pause := least(pause * 2, 5);
            max_rows := greatest(max_rows / 8, 1);

          else
            raise exception using
              errcode = '55P03',
              message =
                'rows of public.session_documents, or all of public.documents, have been locked by others for 10 minutes',
              hint = 'What was done is done. Run migrate up again when nobody holds on to them.';
        end case;
      end loop;
    end loop;
  end loop;
end;
$lastwill$;
`);

  pgm.sql(`
alter table public.session_documents
  validate constraint lastwill_session_documents_owned_fkey;
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
  // Nothing to do this way.
};
