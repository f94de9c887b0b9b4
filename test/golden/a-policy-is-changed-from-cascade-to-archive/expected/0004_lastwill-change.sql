-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Makes on your tables:
-- - trigger lastwill_session_carts_archived on public.carts
--
-- Makes in schema lastwill: 3 views, 7 functions.
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

drop view lastwill.edge;

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

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'session.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id =
          case when entry.edge = 'session.drafts' then cast(entry.owned_key as bigint) end
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
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill 26cc1511840c]';

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
  'Ties what belongs to one row of session to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill 7c33da3cdfb7]';

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

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'session.carts'::text as edge,
  'session'::text as owner,
  'public.carts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.carts'::regclass,
    'session_sid',
    'public.session'::regclass,
    'sid'
  ) as tied_by,
  'archive'::text as policy,
  'archive.carts'::text as policy_target,
  false as one_by_one,
  interval '0 seconds' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace

union all

select
  'session.drafts'::text as edge,
  'session'::text as owner,
  'public.drafts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'data'::text as kind,
  format(
    '%s.%s',
    'public.session'::regclass,
    'sess → draftId'
  ) as tied_by,
  'archive'::text as policy,
  'archive.drafts'::text as policy_target,
  true as one_by_one,
  interval '10 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  'release'::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill e086e4f10147]';
comment on column lastwill.edge.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.edge.owner is 'The owner''s name in the manifest.';
comment on column lastwill.edge.owned is 'The table whose rows are owned.';
comment on column lastwill.edge.owned_by_key is 'The columns whose values name an owned row.';
comment on column lastwill.edge.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.edge.parent_edge is
  'The edge that this one hangs below; null where it hangs on the owner itself.';
comment on column lastwill.edge.kind is 'column, polymorphic, through or data.';
comment on column lastwill.edge.tied_by is 'What ties an owned row to what it hangs on.';
comment on column lastwill.edge.policy is
  'What happens to a row when its last owner ends: cascade, set_null, soft_delete, archive.';
comment on column lastwill.edge.policy_target is
  'The archive that keeps the row, or the column that marks it or is set null; else null.';
comment on column lastwill.edge.one_by_one is
  'Whether each row is asked for other owners and for what keeps it; else a foreign key ends it.';
comment on column lastwill.edge.grace is 'How long a released row waits; 0 for not at all.';
comment on column lastwill.edge.keep_when is
  'A row for which this holds survives; null if there is no such condition.';
comment on column lastwill.edge.claim is
  'A row whose column of this name is filled survives; null if there is none.';
comment on column lastwill.edge.guard is
  'Only rows for which this holds are tied; null if there is no such condition.';
comment on column lastwill.edge.on_replace is
  'What becomes of a row when its owner names another or none: release, keep; data edges only.';

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
  'Who owns what, with the row each owned row hangs on. [lastwill 04a805e154f2]';
comment on column lastwill.owned_tree.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned_tree.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned_tree.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned_tree.owned is 'The table of the owned row.';
comment on column lastwill.owned_tree.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned_tree.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned_tree.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned_tree.expires_at is
  'When the owner expires as things stand; null means never.';
comment on column lastwill.owned_tree.parent_edge is
  'What ties the row that it hangs on; null where that is the owner''s own row.';
comment on column lastwill.owned_tree.parent_key is
  'The key of the row that it hangs on, as text. A secret where that is the owner''s own row.';

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
  'Who owns what: a row for each owned row. With where owner_key = ''…'' it uses the indexes. [lastwill c13aeefc02ff]';
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
  'When the owner expires as things stand; null means never.';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.session meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.session_carts_untie(from_place tid, to_place tid)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
  places tid[];
  n_rows bigint;
  n_untied bigint := 0;
begin
  all_places := array(
    select owned.ctid
    from only public.carts as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.session in share mode;
    all_places := array(
      select owned.ctid
      from only public.carts as owned
      where owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
        )
        and owned.ctid = any(all_places)
      for update skip locked
    );
  exception
    when lock_not_available then
      return null;
  end;

  -- All at once, or, where something of yours holds on to one of them, each by itself.
  places := all_places;
  for at in 0 .. cardinality(all_places) loop
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', 'public, archive, pg_temp', true);
      delete from only public.carts as owned
      where owned.ctid operator(pg_catalog.=) any (places);
      get diagnostics n_rows = row_count;
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
      n_untied := n_untied + n_rows;
      exit when at = 0;
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        if at > 0 then
          raise warning 'lastwill: a row of % that lingers cannot end (%: %)',
            'session.carts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.session_carts_untie(tid, tid) from public;

comment on function lastwill.session_carts_untie(tid, tid) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill 5410e9d18099]';

-- What the next sweep would do, of one owner or of all; or, with a key, what the end of that one
-- row would do, whoever deletes it. And what stands in the way. It only looks: it locks nothing,
-- and what it says holds for this moment. A row with a blocked_by does not happen as long as that
-- is so.
--
-- Tables come in the order of ownership, so that what ends in one is known before those below it
-- are asked. A row is known by its place, since all statements have one snapshot; and for how many
-- places it plans each statement has to know.
create or replace function lastwill.preview(owner text default null, owner_key text default null)
  returns table (
    edge text,
    depth integer,
    action text,
    rows bigint,
    sample text[],
    blocked_by text,
    reason text,
    due_at timestamptz
  )
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  backfill constant text := (
    select concat('backfill not finished: ', string_agg(begun.name, ', ' order by begun.name))
    from lastwill.backfill as begun
    having count(*) > 0
  );
  swept text[] := cast('{}' as text[]);
  blocked text;
  places tid[];
  gone_1 tid[] := cast('{}' as tid[]);
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  elsif owner_key is not null then
    raise exception using
      errcode = 'LW001',
      message = 'a key was given, and no owner',
      hint = 'Name the owner too: select * from lastwill.preview(''session'', ''…'');';
  end if;

  -- session
  if coalesce(owner = 'session', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('session') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'session');
    end if;

    edge := 'session';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.session_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.session', places)),
        ''
      );
      return next;
    end loop;
  end if;

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  -- carts
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'session.carts',
      1,
      'archive',
      null::text,
      null::text,
      null::timestamptz,
      count(*),
      (
        array_agg(owned.id::text order by owned.ctid)
        filter (where owned.id::text is not null)
      )[:5],
      array_agg(owned.ctid)
    from only public.session as parent
    join only public.carts as owned on owned.session_sid = parent.sid
    where parent.ctid = any(gone_1)
    having count(*) > 0
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.carts', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- drafts
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'session.drafts', 1, 'archive', interval '10 minutes', true)
    ),
    -- What each edge lets go of, and whether it waits out a grace. A place is null where a row is named
    -- that is not there.
    let_go as materialized (
      select
        found.number,
        found.place,
        bool_or(found.waits) as waits,
        bool_and(found.stands) as stands,
        case when found.place is null then count(*) else 1 end as n
      from (
        select
          1,
          owned.ctid,
          (parent.expire <= (now() at time zone 'UTC')) is not true,
          true
        from only public.session as parent
        join lastwill.session_drafts as link on link.owner_key = parent.sid
        left join only public.drafts as owned on owned.id = link.owned_key
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.drafts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'session.drafts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'session' = any(swept)
      ) as found (number, place, waits, stands)
      group by found.number, found.place
    ),
    in_question as materialized (
      select let_go.place
      from let_go
      where let_go.place is not null
      group by let_go.place
    ),
    -- What holds on to them: somebody who stays, for good, or a grace that is not over, until then.
    held (place, until) as (
      select in_question.place, null::timestamptz
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.session_drafts as link on link.owned_key = owned.id
      left join only public.session as parent on parent.sid = link.owner_key
      where (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['session.drafts']::text[])
        and entry.due_at > now()
    ),
    -- Both brought together by sorting: to join them, nobody could tell the planner how many there are.
    -- A row ends by the last edge that lets go of it.
    fate as (
      select
        fact.number,
        fact.place,
        fact.n,
        fact.waits as waits_here,
        bool_or(fact.waits or fact.until is not null) over same as waits,
        bool_and(fact.stands) over same as stands,
        max(fact.number) filter (where fact.ends) over same as last_number,
        bool_or(fact.is_owned) over same as is_owned,
        max(fact.until) over same as until
      from (
        select
          let_go.number,
          let_go.place,
          let_go.n,
          let_go.waits,
          let_go.stands,
          declared.action <> 'set_null' and not let_go.waits as ends,
          false as is_owned,
          null::timestamptz as until
        from let_go
        join declared on declared.number = let_go.number

        union all

        select null, held.place, null, false, true, false, held.until is null, held.until
        from held
      ) as fact
      window same as (partition by fact.place)
    ),
    seen as (
      select
        fate.number,
        fate.place,
        fate.n,
        fate.waits_here,
        fate.waits,
        fate.stands,
        fate.last_number,
        fate.is_owned,
        fate.until,
        false as is_kept,
        owned.id::text as shown
      from fate
      left join only public.drafts as owned on owned.ctid = fate.place
      where fate.number is not null
    ),
    told (outcome, action, reason) as (
      values
        ('ends', null, null),
        ('kept', 'keep', ''),
        ('ended', 'keep', 'it has ended before'),
        ('owned', 'keep', 'another owner has it'),
        ('released', 'release', 'it waits out its grace'),
        ('waits', 'keep', 'it waits out a grace'),
        ('elsewhere', 'unlink', 'it ends by another edge'),
        ('missing', 'unlink', 'there is no such row')
    )
    select
      declared.edge,
      declared.depth,
      coalesce(told.action, declared.action),
      told.reason,
      case when told.outcome = 'ends' and declared.is_decided then backfill end,
      max(
        case told.outcome
          when 'released' then now() + declared.grace
          when 'waits' then seen.until
        end
      ),
      sum(seen.n)::bigint,
      (array_agg(seen.shown order by seen.place) filter (where seen.shown is not null))[:5],
      array_agg(seen.place)
    from seen
    join declared on declared.number = seen.number
    join told
      on told.outcome =
        case
          when seen.place is null then 'missing'
          when declared.action = 'set_null' and not (declared.is_decided and seen.is_kept) then
            case
              when seen.last_number is null
                or seen.is_kept
                or seen.is_owned
                or seen.waits
                or not seen.stands
              then 'ends'
              else 'elsewhere'
            end
          when seen.is_kept then 'kept'
          when not seen.stands then 'ended'
          when seen.is_owned then 'owned'
          when seen.waits_here then 'released'
          when seen.waits then 'waits'
          when seen.last_number <> declared.number then 'elsewhere'
          else 'ends'
        end
    group by declared.number, declared.edge, declared.depth, declared.action, declared.is_decided,
      told.outcome, told.action, told.reason
    order by declared.number, told.outcome
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.drafts', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- Rows that are put aside, of owners and of edges.
  action := 'end';
  reason := null;
  for edge, depth, rows, sample, blocked_by, due_at in
    select
      kept.edge,
      place.depth,
      count(*),
      (
        array_agg(kept.key order by kept.next_try, kept.key) filter (
          where kept.edge <> all(array[]::text[])
        )
      )[:5],
      concat('quarantine: ', min(kept.message)),
      min(kept.next_try)
    from lastwill.quarantine as kept
    join (
      values
        ('session', 0),
        ('session.drafts', 1)
    ) as place (edge, depth) on place.edge = kept.edge
    where kept.owner = any(swept)
      and kept.next_try > now()
    group by kept.edge, place.depth
    order by place.depth, kept.edge
  loop
    return next;
  end loop;
end;
$lastwill$;

revoke all on function lastwill.preview(text, text) from public;

comment on function lastwill.preview(text, text) is
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill ce3d512fec90]';

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

drop view lastwill.edge;

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

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'session.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id =
          case when entry.edge = 'session.drafts' then cast(entry.owned_key as bigint) end
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
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill 7620f566d0a0]';

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
  'Ties what belongs to one row of session to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill b28538de6489]';

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

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'session.carts'::text as edge,
  'session'::text as owner,
  'public.carts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.carts'::regclass,
    'session_sid',
    'public.session'::regclass,
    'sid'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  false as one_by_one,
  interval '0 seconds' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace

union all

select
  'session.drafts'::text as edge,
  'session'::text as owner,
  'public.drafts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'data'::text as kind,
  format(
    '%s.%s',
    'public.session'::regclass,
    'sess → draftId'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '10 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  'release'::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill be219cbd320f]';
comment on column lastwill.edge.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.edge.owner is 'The owner''s name in the manifest.';
comment on column lastwill.edge.owned is 'The table whose rows are owned.';
comment on column lastwill.edge.owned_by_key is 'The columns whose values name an owned row.';
comment on column lastwill.edge.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.edge.parent_edge is
  'The edge that this one hangs below; null where it hangs on the owner itself.';
comment on column lastwill.edge.kind is 'column, polymorphic, through or data.';
comment on column lastwill.edge.tied_by is 'What ties an owned row to what it hangs on.';
comment on column lastwill.edge.policy is
  'What happens to a row when its last owner ends: cascade, set_null, soft_delete, archive.';
comment on column lastwill.edge.policy_target is
  'The archive that keeps the row, or the column that marks it or is set null; else null.';
comment on column lastwill.edge.one_by_one is
  'Whether each row is asked for other owners and for what keeps it; else a foreign key ends it.';
comment on column lastwill.edge.grace is 'How long a released row waits; 0 for not at all.';
comment on column lastwill.edge.keep_when is
  'A row for which this holds survives; null if there is no such condition.';
comment on column lastwill.edge.claim is
  'A row whose column of this name is filled survives; null if there is none.';
comment on column lastwill.edge.guard is
  'Only rows for which this holds are tied; null if there is no such condition.';
comment on column lastwill.edge.on_replace is
  'What becomes of a row when its owner names another or none: release, keep; data edges only.';

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
  'Who owns what, with the row each owned row hangs on. [lastwill 95da04e25553]';
comment on column lastwill.owned_tree.owner is 'The owner''s name in the manifest.';
comment on column lastwill.owned_tree.owner_key is
  'The key of the owner row, as text. A session key is a secret.';
comment on column lastwill.owned_tree.edge is 'What ties the row: owner, dot, edge name.';
comment on column lastwill.owned_tree.owned is 'The table of the owned row.';
comment on column lastwill.owned_tree.owned_key is 'The key of the owned row, as text.';
comment on column lastwill.owned_tree.depth is
  '1 for what the owner owns itself, 2 for what that owns, and so on.';
comment on column lastwill.owned_tree.policy is 'What happens to the row when its last owner ends.';
comment on column lastwill.owned_tree.expires_at is
  'When the owner expires as things stand; null means never.';
comment on column lastwill.owned_tree.parent_edge is
  'What ties the row that it hangs on; null where that is the owner''s own row.';
comment on column lastwill.owned_tree.parent_key is
  'The key of the row that it hangs on, as text. A secret where that is the owner''s own row.';

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
  'Who owns what: a row for each owned row. With where owner_key = ''…'' it uses the indexes. [lastwill c13aeefc02ff]';
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
  'When the owner expires as things stand; null means never.';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.session meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.session_carts_untie(from_place tid, to_place tid)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
  places tid[];
  n_rows bigint;
  n_untied bigint := 0;
begin
  all_places := array(
    select owned.ctid
    from only public.carts as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.session in share mode;
    all_places := array(
      select owned.ctid
      from only public.carts as owned
      where owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
        )
        and owned.ctid = any(all_places)
      for update skip locked
    );
  exception
    when lock_not_available then
      return null;
  end;

  -- All at once, or, where something of yours holds on to one of them, each by itself.
  places := all_places;
  for at in 0 .. cardinality(all_places) loop
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', 'public, pg_temp', true);
      delete from only public.carts as owned
      where owned.ctid operator(pg_catalog.=) any (places);
      get diagnostics n_rows = row_count;
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
      n_untied := n_untied + n_rows;
      exit when at = 0;
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        if at > 0 then
          raise warning 'lastwill: a row of % that lingers cannot end (%: %)',
            'session.carts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.session_carts_untie(tid, tid) from public;

comment on function lastwill.session_carts_untie(tid, tid) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill eeef31843df8]';

-- What the next sweep would do, of one owner or of all; or, with a key, what the end of that one
-- row would do, whoever deletes it. And what stands in the way. It only looks: it locks nothing,
-- and what it says holds for this moment. A row with a blocked_by does not happen as long as that
-- is so.
--
-- Tables come in the order of ownership, so that what ends in one is known before those below it
-- are asked. A row is known by its place, since all statements have one snapshot; and for how many
-- places it plans each statement has to know.
create or replace function lastwill.preview(owner text default null, owner_key text default null)
  returns table (
    edge text,
    depth integer,
    action text,
    rows bigint,
    sample text[],
    blocked_by text,
    reason text,
    due_at timestamptz
  )
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  backfill constant text := (
    select concat('backfill not finished: ', string_agg(begun.name, ', ' order by begun.name))
    from lastwill.backfill as begun
    having count(*) > 0
  );
  swept text[] := cast('{}' as text[]);
  blocked text;
  places tid[];
  gone_1 tid[] := cast('{}' as tid[]);
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  elsif owner_key is not null then
    raise exception using
      errcode = 'LW001',
      message = 'a key was given, and no owner',
      hint = 'Name the owner too: select * from lastwill.preview(''session'', ''…'');';
  end if;

  -- session
  if coalesce(owner = 'session', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('session') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'session');
    end if;

    edge := 'session';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.session_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.session', places)),
        ''
      );
      return next;
    end loop;
  end if;

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  -- carts
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'session.carts',
      1,
      'delete',
      null::text,
      null::text,
      null::timestamptz,
      count(*),
      (
        array_agg(owned.id::text order by owned.ctid)
        filter (where owned.id::text is not null)
      )[:5],
      array_agg(owned.ctid)
    from only public.session as parent
    join only public.carts as owned on owned.session_sid = parent.sid
    where parent.ctid = any(gone_1)
    having count(*) > 0
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.carts', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- drafts
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'session.drafts', 1, 'delete', interval '10 minutes', true)
    ),
    -- What each edge lets go of, and whether it waits out a grace. A place is null where a row is named
    -- that is not there.
    let_go as materialized (
      select
        found.number,
        found.place,
        bool_or(found.waits) as waits,
        bool_and(found.stands) as stands,
        case when found.place is null then count(*) else 1 end as n
      from (
        select
          1,
          owned.ctid,
          (parent.expire <= (now() at time zone 'UTC')) is not true,
          true
        from only public.session as parent
        join lastwill.session_drafts as link on link.owner_key = parent.sid
        left join only public.drafts as owned on owned.id = link.owned_key
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.drafts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'session.drafts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'session' = any(swept)
      ) as found (number, place, waits, stands)
      group by found.number, found.place
    ),
    in_question as materialized (
      select let_go.place
      from let_go
      where let_go.place is not null
      group by let_go.place
    ),
    -- What holds on to them: somebody who stays, for good, or a grace that is not over, until then.
    held (place, until) as (
      select in_question.place, null::timestamptz
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.session_drafts as link on link.owned_key = owned.id
      left join only public.session as parent on parent.sid = link.owner_key
      where (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['session.drafts']::text[])
        and entry.due_at > now()
    ),
    -- Both brought together by sorting: to join them, nobody could tell the planner how many there are.
    -- A row ends by the last edge that lets go of it.
    fate as (
      select
        fact.number,
        fact.place,
        fact.n,
        fact.waits as waits_here,
        bool_or(fact.waits or fact.until is not null) over same as waits,
        bool_and(fact.stands) over same as stands,
        max(fact.number) filter (where fact.ends) over same as last_number,
        bool_or(fact.is_owned) over same as is_owned,
        max(fact.until) over same as until
      from (
        select
          let_go.number,
          let_go.place,
          let_go.n,
          let_go.waits,
          let_go.stands,
          declared.action <> 'set_null' and not let_go.waits as ends,
          false as is_owned,
          null::timestamptz as until
        from let_go
        join declared on declared.number = let_go.number

        union all

        select null, held.place, null, false, true, false, held.until is null, held.until
        from held
      ) as fact
      window same as (partition by fact.place)
    ),
    seen as (
      select
        fate.number,
        fate.place,
        fate.n,
        fate.waits_here,
        fate.waits,
        fate.stands,
        fate.last_number,
        fate.is_owned,
        fate.until,
        false as is_kept,
        owned.id::text as shown
      from fate
      left join only public.drafts as owned on owned.ctid = fate.place
      where fate.number is not null
    ),
    told (outcome, action, reason) as (
      values
        ('ends', null, null),
        ('kept', 'keep', ''),
        ('ended', 'keep', 'it has ended before'),
        ('owned', 'keep', 'another owner has it'),
        ('released', 'release', 'it waits out its grace'),
        ('waits', 'keep', 'it waits out a grace'),
        ('elsewhere', 'unlink', 'it ends by another edge'),
        ('missing', 'unlink', 'there is no such row')
    )
    select
      declared.edge,
      declared.depth,
      coalesce(told.action, declared.action),
      told.reason,
      case when told.outcome = 'ends' and declared.is_decided then backfill end,
      max(
        case told.outcome
          when 'released' then now() + declared.grace
          when 'waits' then seen.until
        end
      ),
      sum(seen.n)::bigint,
      (array_agg(seen.shown order by seen.place) filter (where seen.shown is not null))[:5],
      array_agg(seen.place)
    from seen
    join declared on declared.number = seen.number
    join told
      on told.outcome =
        case
          when seen.place is null then 'missing'
          when declared.action = 'set_null' and not (declared.is_decided and seen.is_kept) then
            case
              when seen.last_number is null
                or seen.is_kept
                or seen.is_owned
                or seen.waits
                or not seen.stands
              then 'ends'
              else 'elsewhere'
            end
          when seen.is_kept then 'kept'
          when not seen.stands then 'ended'
          when seen.is_owned then 'owned'
          when seen.waits_here then 'released'
          when seen.waits then 'waits'
          when seen.last_number <> declared.number then 'elsewhere'
          else 'ends'
        end
    group by declared.number, declared.edge, declared.depth, declared.action, declared.is_decided,
      told.outcome, told.action, told.reason
    order by declared.number, told.outcome
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.drafts', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- Rows that are put aside, of owners and of edges.
  action := 'end';
  reason := null;
  for edge, depth, rows, sample, blocked_by, due_at in
    select
      kept.edge,
      place.depth,
      count(*),
      (
        array_agg(kept.key order by kept.next_try, kept.key) filter (
          where kept.edge <> all(array[]::text[])
        )
      )[:5],
      concat('quarantine: ', min(kept.message)),
      min(kept.next_try)
    from lastwill.quarantine as kept
    join (
      values
        ('session', 0),
        ('session.drafts', 1)
    ) as place (edge, depth) on place.edge = kept.edge
    where kept.owner = any(swept)
      and kept.next_try > now()
    group by kept.edge, place.depth
    order by place.depth, kept.edge
  loop
    return next;
  end loop;
end;
$lastwill$;

revoke all on function lastwill.preview(text, text) from public;

comment on function lastwill.preview(text, text) is
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill aaefc85dd836]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
