-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Hazards:
-- - stops all use of public.carts, public.session for a moment (access exclusive lock)
--
-- Hazards of going down:
-- - stops all use of public.carts, public.session for a moment (access exclusive lock)

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop view lastwill.status;

drop view lastwill.sweep_setting;

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
      lock table public.session in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.session'
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

alter table public.carts
  drop constraint lastwill_session_carts_fkey;

-- session.carts: a row of public.carts is let go of when the row of public.session goes that its session_sid names.
alter table public.carts
  add constraint lastwill_session_carts_fkey
  foreign key (session_sid)
  references public.session (sid)
  on delete set null
  on update cascade
  not valid;

comment on constraint lastwill_session_carts_fkey on public.carts is
  'session.carts: a row of public.carts is let go of when the row of public.session goes that its session_sid names. [lastwill 17434ee68059]';

-- session.carts: whether a row survives its last owner (paid).
create or replace function lastwill.session_carts_keeps(owned public.carts)
  returns boolean
  language sql
  stable
  set search_path = public, pg_temp
as $lastwill$
  select paid
  from (select (owned).*) as carts;
$lastwill$;

revoke all on function lastwill.session_carts_keeps(public.carts) from public;

comment on function lastwill.session_carts_keeps(public.carts) is
  'session.carts: whether a row survives its last owner (paid). [lastwill 0c25d52d8a8a]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.session_carts_decide(keys bigint[])
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
    from only public.carts as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public.carts as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and owned.session_sid is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['session.carts']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and lastwill.session_carts_keeps(owned.*) is not true;
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
      from only public.carts as owned
      where owned.id = done.key
        and owned.session_sid is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['session.carts']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
        and lastwill.session_carts_keeps(owned.*) is not true
    )
  );
end;
$lastwill$;

revoke all on function lastwill.session_carts_decide(bigint[]) from public;

comment on function lastwill.session_carts_decide(bigint[]) is
  'Ends those of these carts that no owner has any more; gives what it could decide. [lastwill ed4a015fa660]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.session_carts_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'session.carts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.session_carts_decide(keys);
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
        'session', 'session.carts', keys[1]::text, error_state, error_message
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
        from public.carts as owned
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
    from public.carts as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'session.carts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.session_carts_sweep_batch(bigint, integer) from public;

comment on function lastwill.session_carts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released carts whose grace is over. [lastwill 5d76234cecc8]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.session_carts_end(owners text[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys bigint[];
  decided bigint[];
begin
  if owners is null then
    return;
  end if;

  begin
    with due as (
      update lastwill.released as entry
      set due_at = now()
      where entry.id = any(
        array(
          select waiting.id
          from lastwill.released as waiting
          where waiting.edge = 'session.carts'
            and waiting.owner_key = any(owners)
            and waiting.released_at = now()
          for update skip locked
        )
      )
      returning entry.id, entry.owned_key
    )
    select array_agg(due.id), array_agg(cast(due.owned_key as bigint))
    into entries, keys
    from due;
  exception
    -- Under a fixed snapshot nothing can be decided anyway.
    when serialization_failure then
      return;
  end;

  if entries is null then
    return;
  end if;

  begin
    decided := lastwill.session_carts_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      cast(entry.owned_key as bigint) in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.session_carts_end(text[]) from public;

comment on function lastwill.session_carts_end(text[]) is
  'Ends at once the carts that these owners let go of and that no other has. [lastwill b75a09a1f163]';

-- Takes back carts whose session_sid is set again.
create or replace function lastwill.session_carts_tied()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  taken_back bigint[];
begin
  -- Taken back. What a sweep is just looking at is skipped: it will see the tie. One that is left
  -- over, here or under a fixed snapshot, does no harm while the tie is there.
  begin
    select array_agg(waiting.id)
    into taken_back
    from (
      select entry.id
      from lastwill.released as entry
      where entry.edge = any(array['session.carts']::text[])
        and entry.owned_key = new.id::text
      for update skip locked
    ) as waiting;

    if taken_back is not null then
      delete from lastwill.released as entry
      where entry.id = any(taken_back);
    end if;
  exception
    when serialization_failure then
      null;
  end;

  return null;
end;
$lastwill$;

revoke all on function lastwill.session_carts_tied() from public;

comment on function lastwill.session_carts_tied() is
  'Takes back carts whose session_sid is set again. [lastwill 1ef4790fecc0]';

-- Only when the column names an owner, and not the one that it named.
create or replace trigger lastwill_session_carts_tied
  after update of session_sid on public.carts
  for each row
  when (new.session_sid is not null and new.session_sid is distinct from old.session_sid)
  execute function lastwill.session_carts_tied();

comment on trigger lastwill_session_carts_tied on public.carts is
  'Takes back carts whose session_sid is set again. [lastwill 80ba10111e2d]';

-- A row of public.session that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.session_leaving()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'session.carts', owned.id::text, old.sid::text, now() + interval '0 seconds'
  from public.carts as owned
  where owned.session_sid = old.sid;

  return null;
end;
$lastwill$;

revoke all on function lastwill.session_leaving() from public;

comment on function lastwill.session_leaving() is
  'Releases what foreign keys tie to a row of session that goes. [lastwill ee893ad6f1e1]';

-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger "Lastwill_session_leaving"
  after delete on public.session
  for each row
  execute function lastwill.session_leaving();

comment on trigger "Lastwill_session_leaving" on public.session is
  'Releases what foreign keys tie to a row of session that goes. [lastwill dfc23b89aabe]';

-- Rows of public.session that are gone, whoever deleted them, one or a million.
create or replace function lastwill.session_deleted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  expired text[];
  left_early text[];
  back text[];
begin
  select
    array_agg(gone.sid) filter (
      where gone.expire <= (now() at time zone 'UTC')
    ),
    array_agg(gone.sid) filter (
      where (gone.expire <= (now() at time zone 'UTC')) is not true
    )
  into
    expired,
    left_early
  from gone;

  if expired is null and left_early is null then
    return null;
  end if;

  -- Deleted and inserted again by one statement: such a row is not gone. That takes a transaction
  -- which has written to the table, or to one that inherits from it, and PostgreSQL counts its
  -- writes: a look for each of thousands of rows, as the sweep deletes them, is saved.
  if pg_stat_get_xact_tuples_inserted(tg_relid) > 0
    or pg_stat_get_xact_tuples_updated(tg_relid) > 0
    or not current_setting('track_counts')::boolean
    or (select parent.relhassubclass from pg_class as parent where parent.oid = tg_relid)
  then
    select array_agg(standing.sid)
    into back
    from public.session as standing
    where standing.sid = any(expired || left_early);
  end if;

  if back is not null then
    expired := array(
      select ended.key
      from unnest(expired) as ended (key)
      where ended.key <> all(back)
    );
    left_early := array(
      select ended.key
      from unnest(left_early) as ended (key)
      where ended.key <> all(back)
    );
  end if;

  -- What an expired owner alone named ends with it.
  perform lastwill.session_carts_end((expired || left_early)::text[]);

  return null;
end;
$lastwill$;

revoke all on function lastwill.session_deleted() from public;

comment on function lastwill.session_deleted() is
  'Lets go of what deleted rows of session had. [lastwill 53a8106e662d]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_session_deleted
  after delete on public.session
  referencing old table as gone
  for each statement
  execute function lastwill.session_deleted();

comment on trigger lastwill_session_deleted on public.session is
  'Lets go of what deleted rows of session had. [lastwill 29eb80b9e0d4]';

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

  update public.carts as owned
  set session_sid = new_key
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) 'session.carts'
    and entry.owner_key operator(pg_catalog.=) old_key::text
    and owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    and owned.session_sid is null;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['session.carts']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_session(text, text) from public;

comment on function lastwill.adopt_session(text, text) is
  'Ties what belongs to one row of session to another; gives how many rows. [lastwill b0cbb10aac6b]';

-- What the manifest says of each owner's sweep, and the steps that it takes.
create view lastwill.sweep_setting as
select
  setting.owner,
  setting.steps,
  setting.budget,
  setting.workers,
  setting.hold_over,
  setting.log_days
from (
  values
    (
      'session',
      array['session', 'session.carts']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill 727be2fc7555]';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once, when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'How long a run stays in the log.';

-- One batch of one step of the sweep.
create or replace function lastwill.sweep_batch(step text, run bigint, max_rows integer)
  returns integer
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  return
    case step
      when 'session' then lastwill.session_sweep_batch(run, max_rows)
      when 'session.carts' then lastwill.session_carts_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill 3c78ad6168c9]';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'session'::text as owner,
  counted.live,
  counted.expired,
  counted.oldest_due,
  case
    when isfinite(counted.oldest_due) then now() - counted.oldest_due
    else interval '0'
  end as lag,
  (
    select count(distinct (entry.edge, entry.owned_key))
    from lastwill.released as entry
    where entry.edge = any(array['session.carts']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'session'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'session'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'session'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'session'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('session') as job
from (
  select
    count(*) filter (
      where (owner.expire <= (now() at time zone 'UTC')) is not true
    ) as live,
    count(*) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as expired,
    min((owner.expire at time zone 'UTC')) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as oldest_due
  from public.session as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'session'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'session'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill 9b75e7fe1f08]';
comment on column lastwill.status.live is 'Rows that have not expired.';
comment on column lastwill.status.expired is 'Rows that are due and wait for the sweep.';
comment on column lastwill.status.oldest_due is 'When the oldest of them fell due.';
comment on column lastwill.status.lag is 'How long the oldest of them has been due.';
comment on column lastwill.status.released is 'Owned rows that wait out their grace.';
comment on column lastwill.status.undecodable is
  'Owner rows whose data cannot be read: nothing is released for them.';
comment on column lastwill.status.quarantined is
  'Rows that the sweep could not end; see lastwill.quarantine.';
comment on column lastwill.status.held is
  'Whether the sweep holds because far too much is due at once; see lastwill.hold.';
comment on column lastwill.status.paused_until is
  'Until when the sweep is paused; see lastwill.pause.';
comment on column lastwill.status.last_run_at is
  'When the last run began; a sweep that holds or is paused begins none.';
comment on column lastwill.status.last_run_rows is
  'What that run ended: owner rows and released rows, not counting what cascades.';
comment on column lastwill.status.job is 'The pg_cron job, or why there is none.';

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

drop view lastwill.status;

drop view lastwill.sweep_setting;

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
      lock table public.session in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.session'
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

drop trigger lastwill_session_deleted on public.session;

drop function lastwill.session_deleted();

drop trigger "Lastwill_session_leaving" on public.session;

drop function lastwill.session_leaving();

drop trigger lastwill_session_carts_tied on public.carts;

drop function lastwill.session_carts_tied();

drop function lastwill.session_carts_end(text[]);

drop function lastwill.session_carts_sweep_batch(bigint, integer);

drop function lastwill.session_carts_decide(bigint[]);

drop function lastwill.session_carts_keeps(public.carts);

alter table public.carts
  drop constraint lastwill_session_carts_fkey;

-- session.carts: a row of public.carts ends with the row of public.session that its session_sid names.
alter table public.carts
  add constraint lastwill_session_carts_fkey
  foreign key (session_sid)
  references public.session (sid)
  on delete cascade
  on update cascade
  not valid;

comment on constraint lastwill_session_carts_fkey on public.carts is
  'session.carts: a row of public.carts ends with the row of public.session that its session_sid names. [lastwill 85c2fdaa5612]';

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

-- What the manifest says of each owner's sweep, and the steps that it takes.
create view lastwill.sweep_setting as
select
  setting.owner,
  setting.steps,
  setting.budget,
  setting.workers,
  setting.hold_over,
  setting.log_days
from (
  values
    (
      'session',
      array['session']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill 06fe3cc28c23]';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once, when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'How long a run stays in the log.';

-- One batch of one step of the sweep.
create or replace function lastwill.sweep_batch(step text, run bigint, max_rows integer)
  returns integer
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  return
    case step
      when 'session' then lastwill.session_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill f549722847b4]';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'session'::text as owner,
  counted.live,
  counted.expired,
  counted.oldest_due,
  case
    when isfinite(counted.oldest_due) then now() - counted.oldest_due
    else interval '0'
  end as lag,
  (
    select count(distinct (entry.edge, entry.owned_key))
    from lastwill.released as entry
    where entry.edge = any(array[]::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'session'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'session'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'session'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'session'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('session') as job
from (
  select
    count(*) filter (
      where (owner.expire <= (now() at time zone 'UTC')) is not true
    ) as live,
    count(*) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as expired,
    min((owner.expire at time zone 'UTC')) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as oldest_due
  from public.session as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'session'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'session'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill 98ac160749e9]';
comment on column lastwill.status.live is 'Rows that have not expired.';
comment on column lastwill.status.expired is 'Rows that are due and wait for the sweep.';
comment on column lastwill.status.oldest_due is 'When the oldest of them fell due.';
comment on column lastwill.status.lag is 'How long the oldest of them has been due.';
comment on column lastwill.status.released is 'Owned rows that wait out their grace.';
comment on column lastwill.status.undecodable is
  'Owner rows whose data cannot be read: nothing is released for them.';
comment on column lastwill.status.quarantined is
  'Rows that the sweep could not end; see lastwill.quarantine.';
comment on column lastwill.status.held is
  'Whether the sweep holds because far too much is due at once; see lastwill.hold.';
comment on column lastwill.status.paused_until is
  'Until when the sweep is paused; see lastwill.pause.';
comment on column lastwill.status.last_run_at is
  'When the last run began; a sweep that holds or is paused begins none.';
comment on column lastwill.status.last_run_rows is
  'What that run ended: owner rows and released rows, not counting what cascades.';
comment on column lastwill.status.job is 'The pg_cron job, or why there is none.';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
