-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Hazards:
-- - stops writes to public.carts, public.visits for a moment (share row exclusive lock)
--
-- Hazards of going down:
-- - stops all use of public.carts, public.visits for a moment (access exclusive lock)
-- - drops lastwill.visit_uploads, with what is in it
-- - ends no rows of public.uploads by visit.uploads any more: they stay, also what waits in
--   lastwill.released
-- - ends no rows of public.carts by visit.carts any more: they stay

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

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.sweep_setting;

-- A uuid from a JSON string, or null when it is none.
create or replace function lastwill.read_uuid(value jsonb)
  returns uuid
  language sql
  immutable
  parallel safe
return
  case
    when jsonb_typeof(value) = 'string'
      and value #>> '{}' ~* '^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$' then
      (value #>> '{}')::uuid
  end;

revoke all on function lastwill.read_uuid(jsonb) from public;

comment on function lastwill.read_uuid(jsonb) is
  'A key of type uuid from a JSON value; null when it is none. Never raises an error. [lastwill 71e034b8c06a]';

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
      lock table public.visits in share row exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.visits'
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

-- visit.carts: a row of public.carts ends with the row of public.visits that its visit_id names.
alter table public.carts
  add constraint lastwill_visit_carts_fkey
  foreign key (visit_id)
  references public.visits (id)
  on delete cascade
  on update cascade
  not valid;

comment on constraint lastwill_visit_carts_fkey on public.carts is
  'visit.carts: a row of public.carts ends with the row of public.visits that its visit_id names. [lastwill 205cbc8afc12]';

-- visit.uploads: which uploads each visits names (data → uploads[]).
create table lastwill.visit_uploads (
  owner_key bigint not null,
  owned_key uuid not null,
  constraint visit_uploads_pkey primary key (owner_key, owned_key)
);

create index visit_uploads_by_owned on lastwill.visit_uploads (owned_key);

revoke all on table lastwill.visit_uploads from public;

comment on table lastwill.visit_uploads is
  'visit.uploads: which uploads each visits names (data → uploads[]). [lastwill 69bf78b726a6]';

-- The keys that a document names under uploads[]. In strict mode $[*] gives the elements of a
-- list, and (silent) nothing for anything else.
create or replace function lastwill.visit_uploads_named(document jsonb)
  returns uuid[]
  language sql
  immutable
  parallel safe
return
  array(
    select distinct lastwill.read_uuid(element_1)
    from jsonb_path_query(document -> 'uploads', 'strict $[*]', silent => true) as element_1
    where lastwill.read_uuid(element_1) is not null
  );

revoke all on function lastwill.visit_uploads_named(jsonb) from public;

comment on function lastwill.visit_uploads_named(jsonb) is
  'The keys of uploads that are named (data → uploads[]). [lastwill d4dcb6329c57]';

-- Ties to one owner the rows that its data names.
--
-- Its plans are made once: planning anew for each array of keys took more time than the work.
create or replace function lastwill.visit_uploads_tie(naming bigint, named uuid[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '700ms'
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  taken_back bigint[];
begin
  if named = '{}' then
    return;
  end if;

  -- From here on nobody ends these rows before we commit. A row that is just being ended keeps us
  -- waiting until it is gone, so that no owner who is saved sees a row it names vanish.
  -- Where that cannot be had soon, or under this snapshot, the link alone has to do.
  begin
    perform
    from public.uploads as owned
    where owned.id = any(named)
    for key share;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      null;
  end;

  -- A key that is not there yet is linked all the same: stores write the session last or first.
  insert into lastwill.visit_uploads (owner_key, owned_key)
  select naming, tied.owned_key
  from unnest(named) as tied (owned_key)
  on conflict do nothing;

  -- Taken back. What a sweep is just looking at is skipped: it will see the tie. One that is left
  -- over, here or under a fixed snapshot, does no harm while the tie is there.
  begin
    select array_agg(waiting.id)
    into taken_back
    from (
      select entry.id
      from lastwill.released as entry
      where entry.edge = any(array['visit.uploads']::text[])
        and entry.owned_key = any(named::text[])
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
end;
$lastwill$;

revoke all on function lastwill.visit_uploads_tie(bigint, uuid[]) from public;

comment on function lastwill.visit_uploads_tie(bigint, uuid[]) is
  'Ties to an owner the uploads that it names (data → uploads[]). [lastwill 86ed5388efa6]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.visit_uploads_decide(keys uuid[])
  returns uuid[]
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  places tid[];
  decided uuid[];
  n_ended bigint;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return cast('{}' as uuid[]);
  end if;

  -- Links are still being made of what was named before there were triggers.
  if exists (select from lastwill.backfill) then
    return cast('{}' as uuid[]);
  end if;

  select array_agg(locked.place), coalesce(array_agg(locked.key), '{}')
  into places, decided
  from (
    select owned.ctid as place, owned.id as key
    from only public.uploads as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public.uploads as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and not exists (
      select
      from lastwill.visit_uploads as link
      where link.owned_key operator(pg_catalog.=) cast(owned.id as uuid)
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.uploads']::text[]
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
      from only public.uploads as owned
      where owned.id = done.key
        and not exists (
          select
          from lastwill.visit_uploads as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as uuid)
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.uploads']::text[]
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

revoke all on function lastwill.visit_uploads_decide(uuid[]) from public;

comment on function lastwill.visit_uploads_decide(uuid[]) is
  'Ends those of these uploads that no owner has any more; gives what it could decide. [lastwill d7a1b227d830]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.visit_uploads_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys uuid[];
  decided uuid[];
  n_ended bigint;
  error_state text;
  error_message text;
begin
  select array_agg(due.id), array_agg(cast(due.owned_key as uuid))
  into entries, keys
  from (
    select entry.id, entry.owned_key
    from lastwill.released as entry
    where entry.edge = 'visit.uploads'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.visit_uploads_decide(keys);
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
        'visit', 'visit.uploads', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      cast(entry.owned_key as uuid) in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.uploads as owned
        where owned.id = cast(entry.owned_key as uuid)
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
    from public.uploads as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'visit.uploads'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.visit_uploads_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_uploads_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released uploads whose grace is over. [lastwill 74a8495f4929]';

-- Cuts the links of these owners, and ends at once what has no other owner. What cannot be decided
-- now is left to the next sweep.
create or replace function lastwill.visit_uploads_end(owners bigint[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  cut_owners bigint[];
  cut_keys uuid[];
  decided uuid[];
begin
  with cut as (
    delete from lastwill.visit_uploads as link
    where link.owner_key = any(owners)
    returning link.owner_key, link.owned_key
  )
  select array_agg(cut.owner_key), array_agg(cut.owned_key)
  into cut_owners, cut_keys
  from cut;

  if cut_keys is null then
    return;
  end if;

  begin
    decided := lastwill.visit_uploads_decide(cut_keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  if cardinality(decided) = cardinality(cut_keys) then
    return;
  end if;

  -- A row that is not to be seen may be just being inserted: it is given time to appear.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select
    'visit.uploads',
    cut.owned_key::text,
    cut.owner_key::text,
    case
      when exists (select from public.uploads as owned where owned.id = cut.owned_key) then now()
      else now() + interval '10 minutes'
    end
  from unnest(cut_owners, cut_keys) as cut (owner_key, owned_key)
  where (
    cut.owned_key in (
      select done.key
      from unnest(decided) as done (key)
    )
  ) is not true;
end;
$lastwill$;

revoke all on function lastwill.visit_uploads_end(bigint[]) from public;

comment on function lastwill.visit_uploads_end(bigint[]) is
  'Cuts the links of these owners and ends at once the uploads that no other owner names. [lastwill 9c0ede4ffccb]';

-- Cuts the links of these owners, but for rows they still name, and releases what they were
-- tied to. It asks neither for locks nor for other owners, nor whether the rows are there (one may
-- be just being inserted): the sweep does, when the grace is over.
create or replace function lastwill.visit_uploads_release(
  owners bigint[],
  still_named uuid[] default '{}'
)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  with cut as (
    delete from lastwill.visit_uploads as link
    where link.owner_key = any(owners)
      and link.owned_key <> all(still_named)
    returning link.owner_key, link.owned_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.uploads', cut.owned_key::text, cut.owner_key::text, now() + interval '10 minutes'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_uploads_release(bigint[], uuid[]) from public;

comment on function lastwill.visit_uploads_release(bigint[], uuid[]) is
  'Cuts the links of these owners; the uploads wait out a grace of 10 minutes. [lastwill 0632dc6eb2e2]';

-- A new row of public.visits: what it names is tied to it.
create or replace function lastwill.visit_inserted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  document jsonb;
begin
  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    standing.data
  into
    document
  from public.visits as standing
  where standing.id = new.id;

  if not found then
    return null;
  end if;

  perform lastwill.visit_drafts_tie(new.id, lastwill.visit_drafts_named(document));
  perform lastwill.visit_uploads_tie(new.id, lastwill.visit_uploads_named(document));

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_inserted() from public;

comment on function lastwill.visit_inserted() is
  'Ties what a new row of visits names. [lastwill a07a85f4639e]';

-- Row by row, as sessions come. One that cannot name anything costs a glance at its data, and the
-- half of an upsert that updates does not get here at all. The glance may take a row for one that
-- names others when it does not, never the other way round.
create or replace trigger lastwill_visit_inserted
  after insert on public.visits
  for each row
  when (
    (new.data -> 'draft') is not null
    or (new.data -> 'uploads') is not null
  )
  execute function lastwill.visit_inserted();

comment on trigger lastwill_visit_inserted on public.visits is
  'Ties what a new row of visits names. [lastwill 7a4005b0fd87]';

-- A row of public.visits that names other rows than before, or was given another key.
create or replace function lastwill.visit_changed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  document jsonb;
begin
  if new.id is distinct from old.id then
    update lastwill.visit_drafts as link
    set owner_key = new.id
    where link.owner_key = old.id;
    update lastwill.visit_uploads as link
    set owner_key = new.id
    where link.owner_key = old.id;
  end if;

  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    standing.data
  into
    document
  from public.visits as standing
  where standing.id = new.id;

  if not found then
    return null;
  end if;

  perform lastwill.visit_drafts_release(
    array[new.id]::bigint[],
    lastwill.visit_drafts_named(document)
  );
  perform lastwill.visit_uploads_release(
    array[new.id]::bigint[],
    lastwill.visit_uploads_named(document)
  );
  perform lastwill.visit_drafts_tie(new.id, lastwill.visit_drafts_named(document));
  perform lastwill.visit_uploads_tie(new.id, lastwill.visit_uploads_named(document));

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_changed() from public;

comment on function lastwill.visit_changed() is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill 619fbe907b34]';

-- Only when a column that names rows is written, and something in it that names rows has changed: a
-- touch of the session's expiry never gets here. PostgreSQL reads the condition anew for every
-- statement, so it is as short as it can be.
create or replace trigger lastwill_visit_changed
  after update of data on public.visits
  for each row
  when (
    (old.data -> 'draft') is distinct from (new.data -> 'draft')
    or (old.data -> 'uploads') is distinct from (new.data -> 'uploads')
  )
  execute function lastwill.visit_changed();

comment on trigger lastwill_visit_changed on public.visits is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill dcafd97f6517]';

-- Rows of public.visits that are gone, whoever deleted them, one or a million.
create or replace function lastwill.visit_deleted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  expired bigint[];
  left_early bigint[];
  back bigint[];
begin
  select
    array_agg(gone.id) filter (
      where gone.expires_at <= now()
    ),
    array_agg(gone.id) filter (
      where (gone.expires_at <= now()) is not true
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
    select array_agg(standing.id)
    into back
    from public.visits as standing
    where standing.id = any(expired || left_early);
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

  -- Those who had not expired may be on their way to another key, as at a login: what they named
  -- waits out its grace. First, so that nothing of it ends for another's sake.
  perform lastwill.visit_drafts_release(left_early);
  perform lastwill.visit_uploads_release(left_early);

  -- What an expired owner alone named ends with it.
  perform lastwill.visit_drafts_end(expired);
  perform lastwill.visit_uploads_end(expired);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits had. [lastwill 7c85112a0f25]';

-- public.visits was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.visit_truncated()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
begin
  perform lastwill.visit_drafts_release(
    array(
      select distinct link.owner_key
      from lastwill.visit_drafts as link
    )
  );
  perform lastwill.visit_uploads_release(
    array(
      select distinct link.owner_key
      from lastwill.visit_uploads as link
    )
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_truncated() from public;

comment on function lastwill.visit_truncated() is
  'Lets go of what visits had before a TRUNCATE. [lastwill 6cc6881c8ce6]';

-- The next batch of lastwill.visit_backfill(): ties what up to max_rows rows of public.visits name. True
-- when there may be more, false when there is none, null when somebody holds on to one of the rows.
--
-- Rows are locked while they are read, so that no change slips in between. Which rows they are is
-- asked before: one that is given another key meanwhile is tied by the triggers, and must not
-- carry our place along to that key.
create or replace function lastwill.visit_backfill_batch(max_rows integer)
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  last_key bigint;
  page_end bigint;
  naming bigint;
  document jsonb;
begin
  select cast(begun.last_key as bigint)
  into last_key
  from lastwill.backfill as begun
  where begun.name = 'visit_backfill'
  for update;

  -- Somebody else who called it has come to the end.
  if not found then
    return false;
  end if;

  page_end := (
    select page.owner_key
    from (
      select cast(owner.id as bigint) as owner_key
      from public.visits as owner
      where last_key is null
        or cast(owner.id as bigint) > last_key
      order by owner.id
      limit max_rows
    ) as page
    order by page.owner_key desc
    limit 1
  );

  if page_end is not null then
    for naming, document in
      select
        page.owner_key,
        page.data
      from (
        select
          cast(owner.id as bigint) as owner_key,
          owner.data
        from public.visits as owner
        where (
            last_key is null
            or cast(owner.id as bigint) > last_key
          )
          and cast(owner.id as bigint) <= page_end
        order by owner.id
        for no key update
      ) as page
    loop
      perform lastwill.visit_drafts_tie(naming, lastwill.visit_drafts_named(document));
      perform lastwill.visit_uploads_tie(naming, lastwill.visit_uploads_named(document));
    end loop;

    update lastwill.backfill as begun
    set last_key = page_end::text
    where begun.name = 'visit_backfill';
    return true;
  end if;

  -- Links of rows that went while triggers were off keep what they named from ending. Nobody may be
  -- just inserting such a row again, or we would cut his links.
  if exists (
    select
    from lastwill.visit_drafts as link
    where not exists (
      select
      from public.visits as owner
      where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
    )
  )
  or exists (
    select
    from lastwill.visit_uploads as link
    where not exists (
      select
      from public.visits as owner
      where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
    )
  ) then
    perform set_config('lock_timeout', '1500ms', true);
    lock table public.visits in share row exclusive mode;
    perform lastwill.visit_drafts_release(
      array(
        select distinct link.owner_key
        from lastwill.visit_drafts as link
        where not exists (
          select
          from public.visits as owner
          where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
        )
      )
    );
    perform lastwill.visit_uploads_release(
      array(
        select distinct link.owner_key
        from lastwill.visit_uploads as link
        where not exists (
          select
          from public.visits as owner
          where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
        )
      )
    );
  end if;

  delete from lastwill.backfill as begun
  where begun.name = 'visit_backfill';
  return false;
exception
  when lock_not_available or deadlock_detected then
    return null;
end;
$lastwill$;

revoke all on function lastwill.visit_backfill_batch(integer) from public;

comment on function lastwill.visit_backfill_batch(integer) is
  'Ties what the next rows of visits name; true while there are more. [lastwill 92e47c7d89b4]';

-- What was begun before this function was as it is now begins anew.
update lastwill.backfill as begun
set last_key = null
where begun.name = 'visit_backfill';

-- From here on until the backfill has come to its end nobody knows who names a row, and none that
-- one owner lets go of ends: others may name it since before the triggers were there.
insert into lastwill.backfill as begun (name)
values ('visit_backfill')
on conflict (name) do update
set last_key = null, begun_at = now();

-- Ties what belongs to one row of public.visits to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_visit(old_key bigint, new_key bigint)
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
  from public.visits as owner
  where owner.id = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of visits with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- visit.carts
  update public.carts as owned
  set visit_id = new_key
  where owned.visit_id operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_visit(bigint, bigint) from public;

comment on function lastwill.adopt_visit(bigint, bigint) is
  'Ties what belongs to one row of visits to another; gives how many rows. [lastwill d5657aff4a91]';

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
      'visit',
      array['visit', 'visit.drafts', 'visit.uploads']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill 794ad0f90dfe]';
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
      when 'visit' then lastwill.visit_sweep_batch(run, max_rows)
      when 'visit.drafts' then lastwill.visit_drafts_sweep_batch(run, max_rows)
      when 'visit.uploads' then lastwill.visit_uploads_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill d19c6f7c3690]';

-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
select
  'visit'::text as owner,
  owner.id::text as owner_key,
  'visit.carts'::text as edge,
  'public.carts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join public.carts as owned_1 on owned_1.visit_id = owner.id

union all

select
  'visit'::text as owner,
  owner.id::text as owner_key,
  'visit.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join lastwill.visit_drafts as link_1 on link_1.owner_key = owner.id
join public.drafts as owned_1 on owned_1.id = link_1.owned_key

union all

select
  'visit'::text as owner,
  owner.id::text as owner_key,
  'visit.uploads'::text as edge,
  'public.uploads'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join lastwill.visit_uploads as link_1 on link_1.owner_key = owner.id
join public.uploads as owned_1 on owned_1.id = link_1.owned_key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill 5095caa4b9b9]';

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

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'visit.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned.id::text as owned_key
from public.drafts as owned
where not exists (
  select
  from lastwill.visit_drafts as link
  join public.visits as owner on owner.id = link.owner_key
  where link.owned_key = owned.id
)
  and not exists (
    select
    from lastwill.released as entry
    where entry.edge = any(array['visit.drafts']::text[])
      and entry.owned_key = owned.id::text
  )

union all

select
  'visit.uploads'::text as edge,
  'public.uploads'::regclass::text as owned,
  owned.id::text as owned_key
from public.uploads as owned
where not exists (
  select
  from lastwill.visit_uploads as link
  join public.visits as owner on owner.id = link.owner_key
  where link.owned_key = owned.id
)
  and not exists (
    select
    from lastwill.released as entry
    where entry.edge = any(array['visit.uploads']::text[])
      and entry.owned_key = owned.id::text
  );

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill 8459b8109f33]';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'visit'::text as owner,
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
    where entry.edge = any(array['visit.drafts', 'visit.uploads']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'visit'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'visit'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'visit'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'visit'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('visit') as job
from (
  select
    count(*) filter (
      where (owner.expires_at <= now()) is not true
    ) as live,
    count(*) filter (
      where owner.expires_at <= now()
    ) as expired,
    min(owner.expires_at) filter (
      where owner.expires_at <= now()
    ) as oldest_due
  from public.visits as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'visit'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'visit'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill 3ba1434403d5]';
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

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.sweep_setting;

drop function lastwill.adopt_visit(bigint, bigint);

drop function lastwill.visit_backfill_batch(integer);

drop function lastwill.visit_uploads_release(bigint[], uuid[]);

drop function lastwill.visit_uploads_end(bigint[]);

drop function lastwill.visit_uploads_sweep_batch(bigint, integer);

drop function lastwill.visit_uploads_decide(uuid[]);

drop function lastwill.visit_uploads_tie(bigint, uuid[]);

drop function lastwill.visit_uploads_named(jsonb);

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
      lock table lastwill.visit_uploads in access exclusive mode;
      lock table public.carts in access exclusive mode;
      lock table public.visits in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'lastwill.visit_uploads, public.carts, public.visits'
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

drop table lastwill.visit_uploads;

-- The edge goes, its rows stay: what it had released is not ended any more.
delete from lastwill.released
where edge = 'visit.uploads';

delete from lastwill.quarantine
where edge = 'visit.uploads';

alter table public.carts
  drop constraint lastwill_visit_carts_fkey;

-- The edge goes, its rows stay: what it had released is not ended any more.
delete from lastwill.released
where edge = 'visit.carts';

delete from lastwill.quarantine
where edge = 'visit.carts';

drop function lastwill.read_uuid(jsonb);

-- A new row of public.visits: what it names is tied to it.
create or replace function lastwill.visit_inserted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  document jsonb;
begin
  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    standing.data
  into
    document
  from public.visits as standing
  where standing.id = new.id;

  if not found then
    return null;
  end if;

  perform lastwill.visit_drafts_tie(new.id, lastwill.visit_drafts_named(document));

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_inserted() from public;

comment on function lastwill.visit_inserted() is
  'Ties what a new row of visits names. [lastwill 678f2c333089]';

-- Row by row, as sessions come. One that cannot name anything costs a glance at its data, and the
-- half of an upsert that updates does not get here at all. The glance may take a row for one that
-- names others when it does not, never the other way round.
create or replace trigger lastwill_visit_inserted
  after insert on public.visits
  for each row
  when (
    (new.data -> 'draft') is not null
  )
  execute function lastwill.visit_inserted();

comment on trigger lastwill_visit_inserted on public.visits is
  'Ties what a new row of visits names. [lastwill d01481c6199e]';

-- A row of public.visits that names other rows than before, or was given another key.
create or replace function lastwill.visit_changed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  document jsonb;
begin
  if new.id is distinct from old.id then
    update lastwill.visit_drafts as link
    set owner_key = new.id
    where link.owner_key = old.id;
  end if;

  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    standing.data
  into
    document
  from public.visits as standing
  where standing.id = new.id;

  if not found then
    return null;
  end if;

  perform lastwill.visit_drafts_release(
    array[new.id]::bigint[],
    lastwill.visit_drafts_named(document)
  );
  perform lastwill.visit_drafts_tie(new.id, lastwill.visit_drafts_named(document));

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_changed() from public;

comment on function lastwill.visit_changed() is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill e740db173739]';

-- Only when a column that names rows is written, and something in it that names rows has changed: a
-- touch of the session's expiry never gets here. PostgreSQL reads the condition anew for every
-- statement, so it is as short as it can be.
create or replace trigger lastwill_visit_changed
  after update of data on public.visits
  for each row
  when (
    (old.data -> 'draft') is distinct from (new.data -> 'draft')
  )
  execute function lastwill.visit_changed();

comment on trigger lastwill_visit_changed on public.visits is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill f9a7ed3ea744]';

-- Rows of public.visits that are gone, whoever deleted them, one or a million.
create or replace function lastwill.visit_deleted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  expired bigint[];
  left_early bigint[];
  back bigint[];
begin
  select
    array_agg(gone.id) filter (
      where gone.expires_at <= now()
    ),
    array_agg(gone.id) filter (
      where (gone.expires_at <= now()) is not true
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
    select array_agg(standing.id)
    into back
    from public.visits as standing
    where standing.id = any(expired || left_early);
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

  -- Those who had not expired may be on their way to another key, as at a login: what they named
  -- waits out its grace. First, so that nothing of it ends for another's sake.
  perform lastwill.visit_drafts_release(left_early);

  -- What an expired owner alone named ends with it.
  perform lastwill.visit_drafts_end(expired);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits had. [lastwill 7d3b09502768]';

-- public.visits was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.visit_truncated()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
begin
  perform lastwill.visit_drafts_release(
    array(
      select distinct link.owner_key
      from lastwill.visit_drafts as link
    )
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_truncated() from public;

comment on function lastwill.visit_truncated() is
  'Lets go of what visits had before a TRUNCATE. [lastwill 4a863ea580d7]';

-- The next batch of lastwill.visit_backfill(): ties what up to max_rows rows of public.visits name. True
-- when there may be more, false when there is none, null when somebody holds on to one of the rows.
--
-- Rows are locked while they are read, so that no change slips in between. Which rows they are is
-- asked before: one that is given another key meanwhile is tied by the triggers, and must not
-- carry our place along to that key.
create or replace function lastwill.visit_backfill_batch(max_rows integer)
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  last_key bigint;
  page_end bigint;
  naming bigint;
  document jsonb;
begin
  select cast(begun.last_key as bigint)
  into last_key
  from lastwill.backfill as begun
  where begun.name = 'visit_backfill'
  for update;

  -- Somebody else who called it has come to the end.
  if not found then
    return false;
  end if;

  page_end := (
    select page.owner_key
    from (
      select cast(owner.id as bigint) as owner_key
      from public.visits as owner
      where last_key is null
        or cast(owner.id as bigint) > last_key
      order by owner.id
      limit max_rows
    ) as page
    order by page.owner_key desc
    limit 1
  );

  if page_end is not null then
    for naming, document in
      select
        page.owner_key,
        page.data
      from (
        select
          cast(owner.id as bigint) as owner_key,
          owner.data
        from public.visits as owner
        where (
            last_key is null
            or cast(owner.id as bigint) > last_key
          )
          and cast(owner.id as bigint) <= page_end
        order by owner.id
        for no key update
      ) as page
    loop
      perform lastwill.visit_drafts_tie(naming, lastwill.visit_drafts_named(document));
    end loop;

    update lastwill.backfill as begun
    set last_key = page_end::text
    where begun.name = 'visit_backfill';
    return true;
  end if;

  -- Links of rows that went while triggers were off keep what they named from ending. Nobody may be
  -- just inserting such a row again, or we would cut his links.
  if exists (
    select
    from lastwill.visit_drafts as link
    where not exists (
      select
      from public.visits as owner
      where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
    )
  ) then
    perform set_config('lock_timeout', '1500ms', true);
    lock table public.visits in share row exclusive mode;
    perform lastwill.visit_drafts_release(
      array(
        select distinct link.owner_key
        from lastwill.visit_drafts as link
        where not exists (
          select
          from public.visits as owner
          where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
        )
      )
    );
  end if;

  delete from lastwill.backfill as begun
  where begun.name = 'visit_backfill';
  return false;
exception
  when lock_not_available or deadlock_detected then
    return null;
end;
$lastwill$;

revoke all on function lastwill.visit_backfill_batch(integer) from public;

comment on function lastwill.visit_backfill_batch(integer) is
  'Ties what the next rows of visits name; true while there are more. [lastwill 0fb0c5b6a247]';

-- What was begun before this function was as it is now begins anew.
update lastwill.backfill as begun
set last_key = null
where begun.name = 'visit_backfill';

-- From here on until the backfill has come to its end nobody knows who names a row, and none that
-- one owner lets go of ends: others may name it since before the triggers were there.
insert into lastwill.backfill as begun (name)
values ('visit_backfill')
on conflict (name) do update
set last_key = null, begun_at = now();

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
      'visit',
      array['visit', 'visit.drafts']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill c7d78208d4e2]';
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
      when 'visit' then lastwill.visit_sweep_batch(run, max_rows)
      when 'visit.drafts' then lastwill.visit_drafts_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill b02be5443f88]';

-- Who owns what, with the row each owned row hangs on. lastwill.owned is made from it.
create view lastwill.owned_tree as
select
  'visit'::text as owner,
  owner.id::text as owner_key,
  'visit.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join lastwill.visit_drafts as link_1 on link_1.owner_key = owner.id
join public.drafts as owned_1 on owned_1.id = link_1.owned_key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill 00462896d6c7]';

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

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'visit.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned.id::text as owned_key
from public.drafts as owned
where not exists (
  select
  from lastwill.visit_drafts as link
  join public.visits as owner on owner.id = link.owner_key
  where link.owned_key = owned.id
)
  and not exists (
    select
    from lastwill.released as entry
    where entry.edge = any(array['visit.drafts']::text[])
      and entry.owned_key = owned.id::text
  );

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill 3f64b5c1834f]';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'visit'::text as owner,
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
    where entry.edge = any(array['visit.drafts']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'visit'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'visit'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'visit'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'visit'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('visit') as job
from (
  select
    count(*) filter (
      where (owner.expires_at <= now()) is not true
    ) as live,
    count(*) filter (
      where owner.expires_at <= now()
    ) as expired,
    min(owner.expires_at) filter (
      where owner.expires_at <= now()
    ) as oldest_due
  from public.visits as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'visit'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'visit'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill dac708af2bd3]';
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
