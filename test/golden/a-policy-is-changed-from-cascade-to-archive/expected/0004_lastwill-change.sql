-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Hazards:
-- - stops writes to public.carts for a moment (share row exclusive lock)
--
-- Hazards of going down:
-- - stops all use of public.carts for a moment (access exclusive lock)

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop view lastwill.owned;

drop view lastwill.owned_tree;

-- Rows that ended and are kept, as they were. It has the columns of public.carts; those that the
-- table is given later are added by a later migration, and until then kept in later_columns.
do $lastwill$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = 'archive') then
    create schema archive;
    comment on schema archive is
      'Made for archives by pg-lastwill.';
  end if;
end;
$lastwill$;

create table if not exists archive.carts (
  like public.carts,
  archived_at timestamptz not null default now(),
  later_columns jsonb
);

comment on table archive.carts is
  'Rows of carts that ended: as they were, and when that was. [lastwill 6abe12c31e77]';

-- Rows of public.carts that went with the row of public.session they belong to, by the foreign key:
-- they are kept in the archive. One that is deleted while that row lives is deleted, and no more.
create or replace function lastwill.session_carts_archived()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into archive.carts (
    id,
    session_sid,
    archived_at,
    later_columns
  )
  select
    gone.id,
    gone.session_sid,
    now(),
    (
      select jsonb_object_agg(later.key, later.value)
      from json_each(to_json(gone.*)) as later
      where later.key <> all(array['id', 'session_sid']::text[])
    )
  from gone
  where gone.session_sid is not null
    and not exists (
      select
      from public.session as parent
      where parent.sid = gone.session_sid
    );

  return null;
end;
$lastwill$;

revoke all on function lastwill.session_carts_archived() from public;

comment on function lastwill.session_carts_archived() is
  'Keeps in archive.carts the carts that went with their session. [lastwill 8db8441e8fc1]';

-- Takes all locks on tables in use at once, or none. Behind a lock that is waited for everybody
-- else waits too: so each is waited for only a moment, and if one cannot be had all are let go of,
-- and tried again. What follows needs no other lock that anybody could be waiting behind.
do $lastwill$
declare
  give_up_at constant timestamptz := clock_timestamp() + interval '30 seconds';
begin
  loop
    begin
      set local lock_timeout = '200ms';
      lock table public.carts in share row exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts'
            using
              errcode = 'lock_not_available',
              hint =
                'Run it again when no long transaction uses them: see pg_stat_activity.';
        end if;
    end;

    perform pg_sleep(0.3);
  end loop;

  set local lock_timeout = '3s';
end;
$lastwill$;

-- Once for each statement, with all its rows, whoever deletes them.
create or replace trigger lastwill_session_carts_archived
  after delete on public.carts
  referencing old table as gone
  for each statement
  execute function lastwill.session_carts_archived();

comment on trigger lastwill_session_carts_archived on public.carts is
  'Keeps in archive.carts the carts that went with their session. [lastwill a1c2f6be70b9]';

-- Rows that ended and are kept, as they were. It has the columns of public.drafts; those that the
-- table is given later are added by a later migration, and until then kept in later_columns.
do $lastwill$
begin
  if not exists (select from pg_catalog.pg_namespace where nspname = 'archive') then
    create schema archive;
    comment on schema archive is
      'Made for archives by pg-lastwill.';
  end if;
end;
$lastwill$;

create table if not exists archive.drafts (
  like public.drafts,
  archived_at timestamptz not null default now(),
  later_columns jsonb
);

comment on table archive.drafts is
  'Rows of drafts that ended: as they were, and when that was. [lastwill 5f8f83d47494]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.session_drafts_decide(keys bigint[])
  returns bigint[]
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  places tid[];
  decided bigint[];
  n_ended bigint;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return cast('{}' as bigint[]);
  end if;

  -- Links are still being made of what was named before there were triggers.
  if exists (select from lastwill.backfill) then
    return cast('{}' as bigint[]);
  end if;

  select array_agg(locked.place), coalesce(array_agg(locked.key), '{}')
  into places, decided
  from (
    select owned.ctid as place, owned.id as key
    from only public.drafts as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, archive, pg_temp', true);
  -- archive: the row goes, and is kept whole in the archive. Columns that the table was given since
  -- this was generated are kept together, in later_columns.
  with gone as (
    delete from only public.drafts as owned
    where owned.ctid operator(pg_catalog.=) any (places)
      and not exists (
        select
        from lastwill.session_drafts as link
        where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
      )
      and not exists (
        select
        from lastwill.released as entry
        where entry.edge operator(pg_catalog.=) any (
            array['session.drafts']::text[]
          )
          and entry.owned_key operator(pg_catalog.=) owned.id::text
          -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
          -- never knows how long a queue is, and would take any other index or join for as good.
          and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
        offset 0
      )
    returning owned.*
  )
  insert into archive.drafts (
    id,
    body,
    archived_at,
    later_columns
  )
  select
    gone.id,
    gone.body,
    pg_catalog.now(),
    (
      select pg_catalog.jsonb_object_agg(later.key, later.value)
      from pg_catalog.json_each(pg_catalog.to_json(gone.*)) as later
      where later.key operator(pg_catalog.<>) all (array['id', 'body']::text[])
    )
  from gone;
  get diagnostics n_ended = row_count;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  if n_ended = cardinality(decided) then
    return decided;
  end if;

  -- One that is to end and did not was kept by a trigger of yours: not done with.
  return array(
    select done.key
    from unnest(decided) as done (key)
    where not exists (
      select
      from only public.drafts as owned
      where owned.id = done.key
        and not exists (
          select
          from lastwill.session_drafts as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['session.drafts']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
    )
  );
end;
$lastwill$;

revoke all on function lastwill.session_drafts_decide(bigint[]) from public;

comment on function lastwill.session_drafts_decide(bigint[]) is
  'Ends those of these drafts that no owner has any more; gives what it could decide. [lastwill 17ed97b883b1]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.session_drafts_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys bigint[];
  decided bigint[];
  n_ended bigint;
  error_state text;
  error_message text;
begin
  select array_agg(due.id), array_agg(cast(due.owned_key as bigint))
  into entries, keys
  from (
    select entry.id, entry.owned_key
    from lastwill.released as entry
    where entry.edge = 'session.drafts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.session_drafts_decide(keys);
    -- What is deferred would raise its errors at the commit, where nobody could tell the row.
    perform set_config('search_path', 'public, archive, pg_temp', true);
    set constraints all immediate;
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
  exception
    -- Any error of one row, whoever raises it, must stop no other row.
    when others or assert_failure then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      perform lastwill.sweep_failed(run, error_state, error_message);
      if cardinality(entries) > 1 then
        return null;
      end if;

      update lastwill.released as entry
      set due_at = lastwill.quarantine_row(
        'session', 'session.drafts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      cast(entry.owned_key as bigint) in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id = cast(entry.owned_key as bigint)
      )
    );

  -- Locked by somebody: looked at again in a minute.
  update lastwill.released as entry
  set due_at = now() + interval '1 minute'
  where entry.id = any(entries);

  select count(*)
  into n_ended
  from unnest(decided) as done (key)
  where not exists (
    select
    from public.drafts as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'session.drafts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.session_drafts_sweep_batch(bigint, integer) from public;

comment on function lastwill.session_drafts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill 9f4a0d869a84]';

-- Ties what belongs to one row of public.session to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_session(old_key text, new_key text)
  returns bigint
  language plpgsql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  adopted bigint := 0;
  n_rows bigint;
begin
  -- Held until we commit: who adopts must not end before he has.
  perform
  from public.session as owner
  where owner.sid = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of session with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, archive, pg_temp', true);

  -- session.carts
  update public.carts as owned
  set session_sid = new_key
  where owned.session_sid operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_session(text, text) from public;

comment on function lastwill.adopt_session(text, text) is
  'Ties what belongs to one row of session to another; gives how many rows. [lastwill f47dd90307af]';

-- Deletes rows of public.session that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on public.session, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.session_end_rows(run bigint, places tid[], keys text[])
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  part constant integer := (cardinality(places) + 7) / 8;
  -- Later than this nobody who waits for a row of ours should still have to.
  too_late constant boolean := clock_timestamp() > now() + interval '0.7 s';
  all_had boolean := true;
  n_ended bigint := 0;
  error_state text;
  error_message text;
begin
  if not too_late then
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', 'public, archive, pg_temp', true);
      delete from only public.session as owner
      where owner.ctid operator(pg_catalog.=) any (places);

      get diagnostics n_ended = row_count;
      -- What is deferred would raise its errors at the commit, where nobody could tell the row.
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
        perform lastwill.sweep_failed(run, error_state, error_message);
    end;
  end if;

  case
    when error_state is null and not too_late then
      if n_ended < cardinality(places) then
        -- A trigger of yours, or row security, can keep a row without an error.
        perform lastwill.quarantine_row(
          'session', 'session', owner.sid::text, '02000', 'delete left the row where it was'
        )
        from only public.session as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'session'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'session', 'session', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = session_end_rows.run
        and in_hand.step = 'session';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.session_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.session_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.session_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of session that the sweep has locked. [lastwill ef86adf5d82e]';

-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
select
  'session'::text as owner,
  owner.sid::text as owner_key,
  'session.carts'::text as edge,
  'public.carts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'archive'::text as policy,
  (owner.expire at time zone 'UTC') as expires_at,
  null::text as parent_edge,
  owner.sid::text as parent_key
from public.session as owner
join public.carts as owned_1 on owned_1.session_sid = owner.sid

union all

select
  'session'::text as owner,
  owner.sid::text as owner_key,
  'session.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'archive'::text as policy,
  (owner.expire at time zone 'UTC') as expires_at,
  null::text as parent_edge,
  owner.sid::text as parent_key
from public.session as owner
join lastwill.session_drafts as link_1 on link_1.owner_key = owner.sid
join public.drafts as owned_1 on owned_1.id = link_1.owned_key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill 9e4e80364b6c]';

-- Who owns what, for a person in psql and for a test in an application.
create view lastwill.owned as
select
  tree.owner,
  tree.owner_key,
  tree.edge,
  tree.owned,
  tree.owned_key,
  tree.depth,
  tree.policy,
  tree.expires_at
from lastwill.owned_tree as tree;

revoke all on table lastwill.owned from public;

comment on view lastwill.owned is
  'Who owns what: a row for each owned row. With where owner_key = ''…'' it uses the indexes. [lastwill 6371afa5546c]';
comment on column lastwill.owned.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned.owned is 'The table of the owned row.';
comment on column lastwill.owned.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned.expires_at is
  'When the owner expires as things stand; empty means never.';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;

-- Down Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop view lastwill.owned;

drop view lastwill.owned_tree;

-- What was archived is not thrown away with the machine: the table goes only when it is empty, and
-- the schema that was made for it when it was the last one there.
do $lastwill$
begin
  if exists (select from archive.drafts) then
    return;
  end if;

  drop table archive.drafts;
  if exists (
    select
    from pg_catalog.pg_namespace as made
    where made.nspname = 'archive'
      and pg_catalog.obj_description(made.oid, 'pg_namespace') = 'Made for archives by pg-lastwill.'
  ) then
    begin
      drop schema archive;
    exception
      -- The archive of another edge is in there, or something of yours.
      when dependent_objects_still_exist then
        null;
    end;
  end if;
end;
$lastwill$;

-- Takes all locks on tables in use at once, or none. Behind a lock that is waited for everybody
-- else waits too: so each is waited for only a moment, and if one cannot be had all are let go of,
-- and tried again. What follows needs no other lock that anybody could be waiting behind.
do $lastwill$
declare
  give_up_at constant timestamptz := clock_timestamp() + interval '30 seconds';
begin
  loop
    begin
      set local lock_timeout = '200ms';
      lock table public.carts in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts'
            using
              errcode = 'lock_not_available',
              hint =
                'Run it again when no long transaction uses them: see pg_stat_activity.';
        end if;
    end;

    perform pg_sleep(0.3);
  end loop;

  set local lock_timeout = '3s';
end;
$lastwill$;

drop trigger lastwill_session_carts_archived on public.carts;

drop function lastwill.session_carts_archived();

-- What was archived is not thrown away with the machine: the table goes only when it is empty, and
-- the schema that was made for it when it was the last one there.
do $lastwill$
begin
  if exists (select from archive.carts) then
    return;
  end if;

  drop table archive.carts;
  if exists (
    select
    from pg_catalog.pg_namespace as made
    where made.nspname = 'archive'
      and pg_catalog.obj_description(made.oid, 'pg_namespace') = 'Made for archives by pg-lastwill.'
  ) then
    begin
      drop schema archive;
    exception
      -- The archive of another edge is in there, or something of yours.
      when dependent_objects_still_exist then
        null;
    end;
  end if;
end;
$lastwill$;

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.session_drafts_decide(keys bigint[])
  returns bigint[]
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  places tid[];
  decided bigint[];
  n_ended bigint;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return cast('{}' as bigint[]);
  end if;

  -- Links are still being made of what was named before there were triggers.
  if exists (select from lastwill.backfill) then
    return cast('{}' as bigint[]);
  end if;

  select array_agg(locked.place), coalesce(array_agg(locked.key), '{}')
  into places, decided
  from (
    select owned.ctid as place, owned.id as key
    from only public.drafts as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public.drafts as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and not exists (
      select
      from lastwill.session_drafts as link
      where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['session.drafts']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    );
  get diagnostics n_ended = row_count;
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  if n_ended = cardinality(decided) then
    return decided;
  end if;

  -- One that is to end and did not was kept by a trigger of yours: not done with.
  return array(
    select done.key
    from unnest(decided) as done (key)
    where not exists (
      select
      from only public.drafts as owned
      where owned.id = done.key
        and not exists (
          select
          from lastwill.session_drafts as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['session.drafts']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
    )
  );
end;
$lastwill$;

revoke all on function lastwill.session_drafts_decide(bigint[]) from public;

comment on function lastwill.session_drafts_decide(bigint[]) is
  'Ends those of these drafts that no owner has any more; gives what it could decide. [lastwill 159d223d77c7]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.session_drafts_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys bigint[];
  decided bigint[];
  n_ended bigint;
  error_state text;
  error_message text;
begin
  select array_agg(due.id), array_agg(cast(due.owned_key as bigint))
  into entries, keys
  from (
    select entry.id, entry.owned_key
    from lastwill.released as entry
    where entry.edge = 'session.drafts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.session_drafts_decide(keys);
    -- What is deferred would raise its errors at the commit, where nobody could tell the row.
    perform set_config('search_path', 'public, pg_temp', true);
    set constraints all immediate;
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
  exception
    -- Any error of one row, whoever raises it, must stop no other row.
    when others or assert_failure then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      perform lastwill.sweep_failed(run, error_state, error_message);
      if cardinality(entries) > 1 then
        return null;
      end if;

      update lastwill.released as entry
      set due_at = lastwill.quarantine_row(
        'session', 'session.drafts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      cast(entry.owned_key as bigint) in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id = cast(entry.owned_key as bigint)
      )
    );

  -- Locked by somebody: looked at again in a minute.
  update lastwill.released as entry
  set due_at = now() + interval '1 minute'
  where entry.id = any(entries);

  select count(*)
  into n_ended
  from unnest(decided) as done (key)
  where not exists (
    select
    from public.drafts as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'session.drafts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.session_drafts_sweep_batch(bigint, integer) from public;

comment on function lastwill.session_drafts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill 65e30f29d144]';

-- Ties what belongs to one row of public.session to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_session(old_key text, new_key text)
  returns bigint
  language plpgsql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  adopted bigint := 0;
  n_rows bigint;
begin
  -- Held until we commit: who adopts must not end before he has.
  perform
  from public.session as owner
  where owner.sid = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of session with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- session.carts
  update public.carts as owned
  set session_sid = new_key
  where owned.session_sid operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_session(text, text) from public;

comment on function lastwill.adopt_session(text, text) is
  'Ties what belongs to one row of session to another; gives how many rows. [lastwill 998c2de12d9b]';

-- Deletes rows of public.session that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on public.session, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.session_end_rows(run bigint, places tid[], keys text[])
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  part constant integer := (cardinality(places) + 7) / 8;
  -- Later than this nobody who waits for a row of ours should still have to.
  too_late constant boolean := clock_timestamp() > now() + interval '0.7 s';
  all_had boolean := true;
  n_ended bigint := 0;
  error_state text;
  error_message text;
begin
  if not too_late then
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', 'public, pg_temp', true);
      delete from only public.session as owner
      where owner.ctid operator(pg_catalog.=) any (places);

      get diagnostics n_ended = row_count;
      -- What is deferred would raise its errors at the commit, where nobody could tell the row.
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
        perform lastwill.sweep_failed(run, error_state, error_message);
    end;
  end if;

  case
    when error_state is null and not too_late then
      if n_ended < cardinality(places) then
        -- A trigger of yours, or row security, can keep a row without an error.
        perform lastwill.quarantine_row(
          'session', 'session', owner.sid::text, '02000', 'delete left the row where it was'
        )
        from only public.session as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'session'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'session', 'session', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = session_end_rows.run
        and in_hand.step = 'session';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.session_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.session_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.session_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of session that the sweep has locked. [lastwill 27499acbc9cd]';

-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
select
  'session'::text as owner,
  owner.sid::text as owner_key,
  'session.carts'::text as edge,
  'public.carts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  (owner.expire at time zone 'UTC') as expires_at,
  null::text as parent_edge,
  owner.sid::text as parent_key
from public.session as owner
join public.carts as owned_1 on owned_1.session_sid = owner.sid

union all

select
  'session'::text as owner,
  owner.sid::text as owner_key,
  'session.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  (owner.expire at time zone 'UTC') as expires_at,
  null::text as parent_edge,
  owner.sid::text as parent_key
from public.session as owner
join lastwill.session_drafts as link_1 on link_1.owner_key = owner.sid
join public.drafts as owned_1 on owned_1.id = link_1.owned_key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill add3afb4a280]';

-- Who owns what, for a person in psql and for a test in an application.
create view lastwill.owned as
select
  tree.owner,
  tree.owner_key,
  tree.edge,
  tree.owned,
  tree.owned_key,
  tree.depth,
  tree.policy,
  tree.expires_at
from lastwill.owned_tree as tree;

revoke all on table lastwill.owned from public;

comment on view lastwill.owned is
  'Who owns what: a row for each owned row. With where owner_key = ''…'' it uses the indexes. [lastwill 6371afa5546c]';
comment on column lastwill.owned.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned.owned is 'The table of the owned row.';
comment on column lastwill.owned.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned.expires_at is
  'When the owner expires as things stand; empty means never.';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
