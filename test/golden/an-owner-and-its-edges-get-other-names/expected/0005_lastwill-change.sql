-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Takes from your tables:
-- - trigger lastwill_away_drafts_tied on public.drafts
-- - trigger lastwill_visit_truncated on public.visits
-- - trigger lastwill_visit_deleted on public.visits
-- - trigger "Lastwill_visit_leaving" on public.visits
-- - trigger lastwill_visit_renamed on public.visits
-- - trigger lastwill_visit_changed on public.visits
-- - trigger lastwill_visit_inserted on public.visits
-- - trigger lastwill_visit_documents_emptied on public.visit_documents
-- - trigger lastwill_visit_documents_tied on public.visit_documents
-- - trigger lastwill_visit_documents_moved on public.visit_documents
-- - trigger lastwill_visit_documents_left on public.visit_documents
-- - trigger lastwill_visit_carts_tied on public.carts
--
-- Makes on your tables:
-- - trigger lastwill_guest_basket_tied on public.carts
-- - trigger lastwill_guest_documents_left on public.visit_documents
-- - trigger lastwill_guest_documents_moved on public.visit_documents
-- - trigger lastwill_guest_documents_tied on public.visit_documents
-- - trigger lastwill_guest_documents_emptied on public.visit_documents
-- - trigger lastwill_guest_inserted on public.visits
-- - trigger lastwill_guest_changed on public.visits
-- - trigger lastwill_guest_renamed on public.visits
-- - trigger "Lastwill_guest_leaving" on public.visits
-- - trigger lastwill_guest_deleted on public.visits
-- - trigger lastwill_guest_truncated on public.visits
-- - trigger lastwill_elsewhere_drafts_tied on public.drafts
--
-- Renames on your tables:
-- - index public.lastwill_guest_basket_idx
-- - foreign key lastwill_guest_basket_fkey on public.carts
-- - index public.lastwill_guest_cart_items_idx
-- - foreign key lastwill_guest_cart_items_fkey on public.cart_items
-- - foreign key lastwill_guest_documents_owner_fkey on public.visit_documents
-- - index public.lastwill_guest_documents_owned_idx
-- - foreign key lastwill_guest_documents_owned_fkey on public.visit_documents
-- - index public.lastwill_elsewhere_drafts_idx
-- - foreign key lastwill_elsewhere_drafts_fkey on public.drafts
--
-- Makes in schema lastwill: 2 tables, 2 sequences, 7 views, 61 functions, 1 procedure.
--
-- Hazards:
-- - stops all use of public.cart_items, public.carts, public.drafts, public.visit_documents,
--   public.visits for a moment (access exclusive lock)
--
-- Hazards of going down:
-- - stops all use of public.cart_items, public.carts, public.drafts, public.visit_documents,
--   public.visits for a moment (access exclusive lock)

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop function lastwill.away_ending(text);

drop function lastwill.visit_ending(text);

drop function lastwill.visit_documents_hand_over(tid, tid, interval);

drop function lastwill.away_drafts_untie(tid, tid, interval);

drop function lastwill.visit_documents_untie(tid, tid);

drop function lastwill.visit_cart_items_untie(tid, tid);

drop function lastwill.visit_carts_untie(tid, tid, interval);

drop function lastwill.visit_documents_why(text);

drop function lastwill.visit_drafts_why(text);

drop function lastwill.visit_cart_items_why(text);

drop function lastwill.visit_carts_why(text);

drop view lastwill.status;

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

drop view lastwill.sweep_setting;

drop function lastwill.away_sweep_batch(bigint, integer);

drop function lastwill.away_end_rows(bigint, tid[], text[]);

drop function lastwill.away_due_by_expiry(integer);

drop function lastwill.away_due_in_heap(bigint, integer);

drop function lastwill.away_due_again(bigint, integer);

drop function lastwill.away_backlog();

drop function lastwill.adopt_away(text, text);

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
      lock table lastwill.away in access exclusive mode;
      lock table lastwill.visit_drafts in access exclusive mode;
      lock table public.cart_items in access exclusive mode;
      lock table public.carts in access exclusive mode;
      lock table public.drafts in access exclusive mode;
      lock table public.visit_documents in access exclusive mode;
      lock table public.visits in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'lastwill.away, lastwill.visit_drafts, public.cart_items, public.carts, public.drafts, public.visit_documents, public.visits'
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

drop trigger lastwill_away_deleted on lastwill.away;

drop function lastwill.away_deleted();

drop trigger "Lastwill_away_leaving" on lastwill.away;

drop function lastwill.away_leaving();

drop trigger lastwill_away_drafts_tied on public.drafts;

drop function lastwill.away_drafts_tied();

drop function lastwill.away_drafts_end(text[]);

drop function lastwill.away_drafts_sweep_batch(bigint, integer);

drop function lastwill.away_drafts_decide(bigint[]);

drop function lastwill.touch_away(text, interval);

drop function lastwill.visit_sweep_batch(bigint, integer);

drop function lastwill.visit_end_rows(bigint, tid[], text[]);

drop function lastwill.visit_due_by_expiry(integer);

drop function lastwill.visit_due_in_heap(bigint, integer);

drop function lastwill.visit_due_again(bigint, integer);

drop function lastwill.visit_backlog();

drop function lastwill.adopt_visit(bigint, bigint);

-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = 'visit_backfill';

drop procedure lastwill.visit_backfill(boolean);

drop function lastwill.visit_backfill_batch(integer);

drop trigger lastwill_visit_truncated on public.visits;

drop function lastwill.visit_truncated();

drop trigger lastwill_visit_deleted on public.visits;

drop function lastwill.visit_deleted();

drop trigger "Lastwill_visit_leaving" on public.visits;

drop function lastwill.visit_leaving();

drop trigger lastwill_visit_renamed on public.visits;

drop trigger lastwill_visit_changed on public.visits;

drop function lastwill.visit_changed();

drop trigger lastwill_visit_inserted on public.visits;

drop function lastwill.visit_inserted();

drop trigger lastwill_visit_documents_emptied on public.visit_documents;

drop function lastwill.visit_documents_emptied();

drop trigger lastwill_visit_documents_tied on public.visit_documents;

drop function lastwill.visit_documents_tied();

drop trigger lastwill_visit_documents_moved on public.visit_documents;

drop function lastwill.visit_documents_moved();

drop trigger lastwill_visit_documents_left on public.visit_documents;

drop function lastwill.visit_documents_left();

drop function lastwill.visit_documents_end(text[]);

drop function lastwill.visit_documents_sweep_batch(bigint, integer);

drop function lastwill.visit_documents_decide(bigint[]);

drop function lastwill.visit_drafts_release(bigint[], bigint[]);

drop function lastwill.visit_drafts_end(bigint[]);

drop function lastwill.visit_drafts_sweep_batch(bigint, integer);

drop function lastwill.visit_drafts_decide(bigint[]);

drop function lastwill.visit_drafts_tie(bigint, bigint[]);

drop function lastwill.visit_drafts_named(jsonb);

drop trigger lastwill_visit_carts_tied on public.carts;

drop function lastwill.visit_carts_tied();

drop function lastwill.visit_carts_end(text[]);

drop function lastwill.visit_carts_sweep_batch(bigint, integer);

drop function lastwill.visit_carts_decide(bigint[]);

-- The sweep goes on under the owner's new name: its log, and what it has put aside.
update lastwill.quarantine
set
  owner = 'guest',
  edge = case edge when 'visit' then 'guest' else edge end
where owner = 'visit';

update lastwill.undecodable
set owner = 'guest'
where owner = 'visit';

update lastwill.paused
set owner = 'guest'
where owner = 'visit';

update lastwill.hold
set owner = 'guest'
where owner = 'visit';

update lastwill.sweep_run
set owner = 'guest'
where owner = 'visit';

update lastwill.sweep_step
set step = 'guest'
where step = 'visit';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'guest.basket'
where edge = 'visit.carts';

update lastwill.quarantine
set edge = 'guest.basket'
where edge = 'visit.carts';

update lastwill.outbox
set edge = 'guest.basket'
where edge = 'visit.carts';

update lastwill.sweep_step
set step = 'guest.basket'
where step = 'visit.carts';

alter index public.lastwill_visit_carts_idx
  rename to lastwill_guest_basket_idx;

comment on index public.lastwill_guest_basket_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 0f36778b53d9]';

alter table public.carts
  rename constraint lastwill_visit_carts_fkey to lastwill_guest_basket_fkey;

comment on constraint lastwill_guest_basket_fkey on public.carts is
  'guest.basket: a row of public.carts is let go of when the row of public.visits goes that its visit_id names. [lastwill 334aab282b72]';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'guest.cart_items'
where edge = 'visit.cart_items';

update lastwill.quarantine
set edge = 'guest.cart_items'
where edge = 'visit.cart_items';

update lastwill.outbox
set edge = 'guest.cart_items'
where edge = 'visit.cart_items';

update lastwill.sweep_step
set step = 'guest.cart_items'
where step = 'visit.cart_items';

alter index public.lastwill_visit_cart_items_idx
  rename to lastwill_guest_cart_items_idx;

comment on index public.lastwill_guest_cart_items_idx is
  'Finds the cart_items of one cart_id when that ends. [lastwill c5cc937b9ad5]';

alter table public.cart_items
  rename constraint lastwill_visit_cart_items_fkey to lastwill_guest_cart_items_fkey;

comment on constraint lastwill_guest_cart_items_fkey on public.cart_items is
  'guest.cart_items: a row of public.cart_items ends with the row of public.carts that its cart_id names. [lastwill ccdce6a84a79]';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'guest.paper'
where edge = 'visit.drafts';

update lastwill.quarantine
set edge = 'guest.paper'
where edge = 'visit.drafts';

update lastwill.outbox
set edge = 'guest.paper'
where edge = 'visit.drafts';

update lastwill.sweep_step
set step = 'guest.paper'
where step = 'visit.drafts';

alter table lastwill.visit_drafts
  rename to guest_paper;

alter table lastwill.guest_paper
  rename constraint visit_drafts_pkey to guest_paper_pkey;

alter index lastwill.visit_drafts_by_owned
  rename to guest_paper_by_owned;

comment on table lastwill.guest_paper is
  'guest.paper: which drafts each visits names (data → draft). [lastwill e0a97a3b6dc2]';
comment on column lastwill.guest_paper.owner_key is
  'The key of the owner row. A session key is a secret.';
comment on column lastwill.guest_paper.owned_key is
  'The key of the owned row that it names, which need not be there yet.';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'guest.documents'
where edge = 'visit.documents';

update lastwill.quarantine
set edge = 'guest.documents'
where edge = 'visit.documents';

update lastwill.outbox
set edge = 'guest.documents'
where edge = 'visit.documents';

update lastwill.sweep_step
set step = 'guest.documents'
where step = 'visit.documents';

alter table public.visit_documents
  rename constraint lastwill_visit_documents_owner_fkey to lastwill_guest_documents_owner_fkey;

comment on constraint lastwill_guest_documents_owner_fkey on public.visit_documents is
  'guest.documents: a row of public.visit_documents goes with the row of public.visits that its visit_id names. [lastwill 136f3311af02]';

alter index public.lastwill_visit_documents_owned_idx
  rename to lastwill_guest_documents_owned_idx;

comment on index public.lastwill_guest_documents_owned_idx is
  'Finds the visit_documents of one document_id when that ends. [lastwill 9f6791c21d0e]';

alter table public.visit_documents
  rename constraint lastwill_visit_documents_owned_fkey to lastwill_guest_documents_owned_fkey;

comment on constraint lastwill_guest_documents_owned_fkey on public.visit_documents is
  'guest.documents: a row of public.visit_documents goes with the row of public.documents that its document_id names. [lastwill b01d4c850b15]';

alter sequence lastwill.visit_window
  rename to guest_window;

comment on sequence lastwill.guest_window is
  'Numbers the windows of visits that the workers of a sweep take. [lastwill 5e9ee40b5baa]';

-- The sweep goes on under the owner's new name: its log, and what it has put aside.
update lastwill.quarantine
set
  owner = 'elsewhere',
  edge = case edge when 'away' then 'elsewhere' else edge end
where owner = 'away';

update lastwill.undecodable
set owner = 'elsewhere'
where owner = 'away';

update lastwill.paused
set owner = 'elsewhere'
where owner = 'away';

update lastwill.hold
set owner = 'elsewhere'
where owner = 'away';

update lastwill.sweep_run
set owner = 'elsewhere'
where owner = 'away';

update lastwill.sweep_step
set step = 'elsewhere'
where step = 'away';

alter table lastwill.away
  rename to elsewhere;

alter table lastwill.elsewhere
  rename constraint away_pkey to elsewhere_pkey;

alter index lastwill.away_by_expires_at
  rename to elsewhere_by_expires_at;

comment on table lastwill.elsewhere is
  'elsewhere: sessions that are kept elsewhere, and when each expires. [lastwill b542c3c51709]';
comment on column lastwill.elsewhere.key is 'The session''s key. A secret.';
comment on column lastwill.elsewhere.expires_at is 'When it expires; null means never.';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'elsewhere.drafts'
where edge = 'away.drafts';

update lastwill.quarantine
set edge = 'elsewhere.drafts'
where edge = 'away.drafts';

update lastwill.outbox
set edge = 'elsewhere.drafts'
where edge = 'away.drafts';

update lastwill.sweep_step
set step = 'elsewhere.drafts'
where step = 'away.drafts';

alter index public.lastwill_away_drafts_idx
  rename to lastwill_elsewhere_drafts_idx;

comment on index public.lastwill_elsewhere_drafts_idx is
  'Finds the drafts of one sid when that ends. [lastwill 6625c65471e9]';

alter table public.drafts
  rename constraint lastwill_away_drafts_fkey to lastwill_elsewhere_drafts_fkey;

comment on constraint lastwill_elsewhere_drafts_fkey on public.drafts is
  'elsewhere.drafts: a row of public.drafts is let go of when the row of lastwill.elsewhere goes that its sid names. [lastwill e82abd6833b7]';

alter sequence lastwill.away_window
  rename to elsewhere_window;

comment on sequence lastwill.elsewhere_window is
  'Numbers the windows of lastwill.elsewhere that the workers of a sweep take. [lastwill 2181e2efb326]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.guest_basket_decide(keys bigint[])
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
    and owned.visit_id is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['guest.basket']::text[]
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
      from only public.carts as owned
      where owned.id = done.key
        and owned.visit_id is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['guest.basket']::text[]
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

revoke all on function lastwill.guest_basket_decide(bigint[]) from public;

comment on function lastwill.guest_basket_decide(bigint[]) is
  'Ends those of these carts that no owner has any more; gives what it could decide. [lastwill cc3bedcfdb8c]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.guest_basket_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'guest.basket'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.guest_basket_decide(keys);
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
        'guest', 'guest.basket', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'guest.basket' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.carts as owned
        where owned.id =
          case when entry.edge = 'guest.basket' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'guest.basket'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.guest_basket_sweep_batch(bigint, integer) from public;

comment on function lastwill.guest_basket_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released carts whose grace is over. [lastwill bc0de23d747a]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.guest_basket_end(owners text[])
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
          where waiting.edge = 'guest.basket'
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
    decided := lastwill.guest_basket_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  -- It asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'guest.basket' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.guest_basket_end(text[]) from public;

comment on function lastwill.guest_basket_end(text[]) is
  'Ends at once the carts that these owners let go of and that no other has. [lastwill 80214f2f6986]';

-- Takes back carts whose visit_id is set again.
create or replace function lastwill.guest_basket_tied()
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
      where entry.edge = any(array['guest.basket']::text[])
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

revoke all on function lastwill.guest_basket_tied() from public;

comment on function lastwill.guest_basket_tied() is
  'Takes back carts whose visit_id is set again. [lastwill 0b2d098e3b02]';

-- Only when the column names an owner, and not the one that it named.
create or replace trigger lastwill_guest_basket_tied
  after update of visit_id on public.carts
  for each row
  when (new.visit_id is not null and new.visit_id is distinct from old.visit_id)
  execute function lastwill.guest_basket_tied();

comment on trigger lastwill_guest_basket_tied on public.carts is
  'Takes back carts whose visit_id is set again. [lastwill 8eed26864b13]';

-- The keys that a document names under draft.
create or replace function lastwill.guest_paper_named(document jsonb)
  returns bigint[]
  language sql
  immutable
  parallel safe
return array_remove(array[lastwill.read_bigint(document -> 'draft')], null);

revoke all on function lastwill.guest_paper_named(jsonb) from public;

comment on function lastwill.guest_paper_named(jsonb) is
  'The keys of drafts that are named (data → draft). [lastwill 9eb3d413caa9]';

-- Ties to one owner the rows that its data names.
--
-- Its plans are made once: planning anew for each array of keys took more time than the work.
create or replace function lastwill.guest_paper_tie(naming bigint, named bigint[])
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
    from public.drafts as owned
    where owned.id = any(named)
    for key share;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      null;
  end;

  -- A key that is not there yet is linked all the same: stores write the session last or first.
  insert into lastwill.guest_paper (owner_key, owned_key)
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
      where entry.edge = any(array['guest.paper', 'elsewhere.drafts']::text[])
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

revoke all on function lastwill.guest_paper_tie(bigint, bigint[]) from public;

comment on function lastwill.guest_paper_tie(bigint, bigint[]) is
  'Ties to an owner the drafts that it names (data → draft). [lastwill a66db080e356]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.guest_paper_decide(keys bigint[])
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
      from lastwill.guest_paper as link
      where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
    )
    and owned.sid is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['guest.paper', 'elsewhere.drafts']::text[]
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
          from lastwill.guest_paper as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
        )
        and owned.sid is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['guest.paper', 'elsewhere.drafts']::text[]
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

revoke all on function lastwill.guest_paper_decide(bigint[]) from public;

comment on function lastwill.guest_paper_decide(bigint[]) is
  'Ends those of these drafts that no owner has any more; gives what it could decide. [lastwill 9f0abc11da0b]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.guest_paper_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'guest.paper'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.guest_paper_decide(keys);
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
        'guest', 'guest.paper', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'guest.paper' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id =
          case when entry.edge = 'guest.paper' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'guest.paper'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.guest_paper_sweep_batch(bigint, integer) from public;

comment on function lastwill.guest_paper_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill c704ab0c230a]';

-- Cuts the links of these owners, and ends at once what has no other owner. What cannot be decided
-- now is left to the next sweep.
create or replace function lastwill.guest_paper_end(owners bigint[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  cut_owners bigint[];
  cut_keys bigint[];
  decided bigint[];
begin
  with cut as (
    delete from lastwill.guest_paper as link
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
    decided := lastwill.guest_paper_decide(cut_keys);
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
    'guest.paper',
    cut.owned_key::text,
    cut.owner_key::text,
    case
      when exists (select from public.drafts as owned where owned.id = cut.owned_key) then now()
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

revoke all on function lastwill.guest_paper_end(bigint[]) from public;

comment on function lastwill.guest_paper_end(bigint[]) is
  'Cuts the links of these owners and ends at once the drafts that no other owner names. [lastwill e5a5cd74653f]';

-- Cuts the links of these owners, but for rows they still name, and releases what they were
-- tied to. It asks neither for locks nor for other owners, nor whether the rows are there (one may
-- be just being inserted): the sweep does, when the grace is over.
create or replace function lastwill.guest_paper_release(
  owners bigint[],
  still_named bigint[] default '{}'
)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  with cut as (
    delete from lastwill.guest_paper as link
    where link.owner_key = any(owners)
      and link.owned_key <> all(still_named)
    returning link.owner_key, link.owned_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.paper', cut.owned_key::text, cut.owner_key::text, now() + interval '10 minutes'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.guest_paper_release(bigint[], bigint[]) from public;

comment on function lastwill.guest_paper_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 10 minutes. [lastwill a6f6ed636a1b]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.guest_documents_decide(keys bigint[])
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
    from only public.documents as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public.documents as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and not exists (
      select
      from public.visit_documents as tie
      where tie.document_id operator(pg_catalog.=) owned.id
        and tie.visit_id is not null
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['guest.documents']::text[]
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
      from only public.documents as owned
      where owned.id = done.key
        and not exists (
          select
          from public.visit_documents as tie
          where tie.document_id operator(pg_catalog.=) owned.id
            and tie.visit_id is not null
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['guest.documents']::text[]
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

revoke all on function lastwill.guest_documents_decide(bigint[]) from public;

comment on function lastwill.guest_documents_decide(bigint[]) is
  'Ends those of these documents that no owner has any more; gives what it could decide. [lastwill e284a81e5fdc]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.guest_documents_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'guest.documents'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.guest_documents_decide(keys);
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
        'guest', 'guest.documents', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'guest.documents' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.documents as owned
        where owned.id =
          case when entry.edge = 'guest.documents' then cast(entry.owned_key as bigint) end
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
    from public.documents as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'guest.documents'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.guest_documents_sweep_batch(bigint, integer) from public;

comment on function lastwill.guest_documents_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released documents whose grace is over. [lastwill 2749781adb76]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.guest_documents_end(owners text[])
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
          where waiting.edge = 'guest.documents'
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
    decided := lastwill.guest_documents_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  -- It asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'guest.documents' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_end(text[]) from public;

comment on function lastwill.guest_documents_end(text[]) is
  'Ends at once the documents that these owners let go of and that no other has. [lastwill 2fd18fadf88d]';

-- Rows of public.visit_documents that are gone: what they tied is released. Where they went with the row of
-- public.visits that is done already, unless one statement deleted both: then the row has nobody and
-- has not ended.
create or replace function lastwill.guest_documents_left()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.documents', gone.document_id::text, gone.visit_id::text, now() + interval '10 minutes'
  from gone
  join public.documents as owned on owned.id = gone.document_id
  where gone.visit_id is not null
    and (
      exists (
        select
        from public.visits as parent
        where parent.id = gone.visit_id
      )
      or (
        not exists (
          select
          from public.visit_documents as tie
          where tie.document_id operator(pg_catalog.=) owned.id
            and tie.visit_id is not null
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['guest.documents']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
      )
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = 'guest.documents'
        and entry.owned_key = gone.document_id::text
        and entry.owner_key = gone.visit_id::text
    );

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_left() from public;

comment on function lastwill.guest_documents_left() is
  'Releases the documents that deleted rows of visit_documents tied. [lastwill c8fd51895050]';

-- Once for each statement, with all its rows, whoever deletes them.
create or replace trigger lastwill_guest_documents_left
  after delete on public.visit_documents
  referencing old table as gone
  for each statement
  execute function lastwill.guest_documents_left();

comment on trigger lastwill_guest_documents_left on public.visit_documents is
  'Releases the documents that deleted rows of visit_documents tied. [lastwill bf175cd26707]';

-- A row of public.visit_documents that ties another row than before, or none: the former one is released.
create or replace function lastwill.guest_documents_moved()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.documents', old.document_id::text, old.visit_id::text, now() + interval '10 minutes'
  where exists (
    select
    from public.documents as owned
    where owned.id = old.document_id
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_moved() from public;

comment on function lastwill.guest_documents_moved() is
  'Releases the documents that changed rows of visit_documents tied before. [lastwill 8d7b79f4b893]';

-- Only when what the row tied is tied by it no more.
create or replace trigger lastwill_guest_documents_moved
  after update of document_id, visit_id on public.visit_documents
  for each row
  when (
    old.document_id is not null
    and old.visit_id is not null
    and (old.document_id is distinct from new.document_id or new.visit_id is null)
  )
  execute function lastwill.guest_documents_moved();

comment on trigger lastwill_guest_documents_moved on public.visit_documents is
  'Releases the documents that changed rows of visit_documents tied before. [lastwill 3aa2f2795936]';

-- Takes back documents that rows of visit_documents tie again.
create or replace function lastwill.guest_documents_tied()
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
      where entry.edge = any(array['guest.documents']::text[])
        and entry.owned_key = new.document_id::text
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

revoke all on function lastwill.guest_documents_tied() from public;

comment on function lastwill.guest_documents_tied() is
  'Takes back documents that rows of visit_documents tie again. [lastwill 7d5d87cdc983]';

-- A row that names none of the two ties nothing.
create or replace trigger lastwill_guest_documents_tied
  after insert or update of document_id, visit_id on public.visit_documents
  for each row
  when (new.document_id is not null and new.visit_id is not null)
  execute function lastwill.guest_documents_tied();

comment on trigger lastwill_guest_documents_tied on public.visit_documents is
  'Takes back documents that rows of visit_documents tie again. [lastwill 3a6281deb8b1]';

-- public.visit_documents is about to be emptied by TRUNCATE, which shows a trigger no rows: what they tie is
-- released before.
create or replace function lastwill.guest_documents_emptied()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.documents', tie.document_id::text, tie.visit_id::text, now() + interval '10 minutes'
  from public.visit_documents as tie
  where tie.document_id is not null
    and tie.visit_id is not null;

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_emptied() from public;

comment on function lastwill.guest_documents_emptied() is
  'Releases the documents that visit_documents tied before a TRUNCATE. [lastwill ef135f9d07e5]';

-- Before: afterwards nobody could say which rows there were.
create or replace trigger lastwill_guest_documents_emptied
  before truncate on public.visit_documents
  for each statement
  execute function lastwill.guest_documents_emptied();

comment on trigger lastwill_guest_documents_emptied on public.visit_documents is
  'Releases the documents that visit_documents tied before a TRUNCATE. [lastwill 0d8062e242a6]';

-- A new row of public.visits: what it names is tied to it.
create or replace function lastwill.guest_inserted()
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

  perform lastwill.guest_paper_tie(new.id, lastwill.guest_paper_named(document));

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_inserted() from public;

comment on function lastwill.guest_inserted() is
  'Ties what a new row of visits names. [lastwill 38ae4a08da8f]';

-- Row by row, as sessions come. One that cannot name anything costs a glance at its data, and the
-- half of an upsert that updates does not get here at all. The glance may take a row for one that
-- names others when it does not, never the other way round.
create or replace trigger lastwill_guest_inserted
  after insert on public.visits
  for each row
  when (
    (new.data -> 'draft') is not null
  )
  execute function lastwill.guest_inserted();

comment on trigger lastwill_guest_inserted on public.visits is
  'Ties what a new row of visits names. [lastwill 5c22066ccb7b]';

-- A row of public.visits that names other rows than before, or was given another key.
create or replace function lastwill.guest_changed()
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
    update lastwill.guest_paper as link
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

  perform lastwill.guest_paper_release(
    array[new.id]::bigint[],
    lastwill.guest_paper_named(document)
  );
  perform lastwill.guest_paper_tie(new.id, lastwill.guest_paper_named(document));

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_changed() from public;

comment on function lastwill.guest_changed() is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill 4e0bd34341a9]';

-- Only when a column that names rows is written, and something in it that names rows has changed: a
-- touch of the session's expiry never gets here. PostgreSQL reads the condition anew for every
-- statement, so it is as short as it can be.
create or replace trigger lastwill_guest_changed
  after update of data on public.visits
  for each row
  when (
    (old.data -> 'draft') is distinct from (new.data -> 'draft')
  )
  execute function lastwill.guest_changed();

comment on trigger lastwill_guest_changed on public.visits is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill bcb5099780df]';

-- Only when the key is written, and is another one.
create or replace trigger lastwill_guest_renamed
  after update of id on public.visits
  for each row
  when (old.id is distinct from new.id)
  execute function lastwill.guest_changed();

comment on trigger lastwill_guest_renamed on public.visits is
  'Has what belongs to a row of visits follow it to another key. [lastwill b6373e9588e1]';

-- A row of public.visits that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.guest_leaving()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.basket', owned.id::text, old.id::text, now() + interval '5 minutes'
  from public.carts as owned
  where owned.visit_id = old.id;

  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.documents', tie.document_id::text, old.id::text, now() + interval '10 minutes'
  from public.visit_documents as tie
  where tie.visit_id = old.id
    and tie.document_id is not null;

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_leaving() from public;

comment on function lastwill.guest_leaving() is
  'Releases what foreign keys tie to a row of visits that goes. [lastwill a365369bb73a]';

-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger "Lastwill_guest_leaving"
  after delete on public.visits
  for each row
  execute function lastwill.guest_leaving();

comment on trigger "Lastwill_guest_leaving" on public.visits is
  'Releases what foreign keys tie to a row of visits that goes. [lastwill 1d4889abbfc8]';

-- Rows of public.visits that are gone, whoever deleted them, one or a million.
create or replace function lastwill.guest_deleted()
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
  perform lastwill.guest_paper_release(left_early);

  -- What an expired owner alone named ends with it.
  perform lastwill.guest_basket_end(expired::text[]);
  perform lastwill.guest_paper_end(expired);
  perform lastwill.guest_documents_end(expired::text[]);

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_deleted() from public;

comment on function lastwill.guest_deleted() is
  'Lets go of what deleted rows of visits had. [lastwill d7eb1840255a]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_guest_deleted
  after delete on public.visits
  referencing old table as gone
  for each statement
  execute function lastwill.guest_deleted();

comment on trigger lastwill_guest_deleted on public.visits is
  'Lets go of what deleted rows of visits had. [lastwill 0e50b204a007]';

-- public.visits was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.guest_truncated()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
begin
  perform lastwill.guest_paper_release(
    array(
      select distinct link.owner_key
      from lastwill.guest_paper as link
    )
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.guest_truncated() from public;

comment on function lastwill.guest_truncated() is
  'Lets go of what visits had before a TRUNCATE. [lastwill 7cbce91611e7]';

-- The other triggers see nothing of a TRUNCATE.
create or replace trigger lastwill_guest_truncated
  after truncate on public.visits
  for each statement
  execute function lastwill.guest_truncated();

comment on trigger lastwill_guest_truncated on public.visits is
  'Lets go of what visits had before a TRUNCATE. [lastwill 1105187ef42b]';

-- The next batch of lastwill.guest_backfill(): ties what up to max_rows rows of public.visits name. True
-- when there may be more, false when there is none, null when somebody holds on to one of the rows.
--
-- Rows are locked while they are read, so that no change slips in between. Which rows they are is
-- asked before: one that is given another key meanwhile is tied by the triggers, and must not
-- carry our place along to that key.
create or replace function lastwill.guest_backfill_batch(max_rows integer)
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
  where begun.name = 'guest_backfill'
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
      perform lastwill.guest_paper_tie(naming, lastwill.guest_paper_named(document));
    end loop;

    update lastwill.backfill as begun
    set last_key = page_end::text
    where begun.name = 'guest_backfill';
    return true;
  end if;

  -- Links of rows that went while triggers were off keep what they named from ending. Nobody may be
  -- just inserting such a row again, or we would cut his links.
  if exists (
    select
    from lastwill.guest_paper as link
    where not exists (
      select
      from public.visits as owner
      where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
    )
  ) then
    perform set_config('lock_timeout', '1500ms', true);
    lock table public.visits in share row exclusive mode;
    perform lastwill.guest_paper_release(
      array(
        select distinct link.owner_key
        from lastwill.guest_paper as link
        where not exists (
          select
          from public.visits as owner
          where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
        )
      )
    );
  end if;

  delete from lastwill.backfill as begun
  where begun.name = 'guest_backfill';
  return false;
exception
  when lock_not_available or deadlock_detected then
    return null;
end;
$lastwill$;

revoke all on function lastwill.guest_backfill_batch(integer) from public;

comment on function lastwill.guest_backfill_batch(integer) is
  'Ties what the next rows of visits name; true while there are more. [lastwill 707f6dd08a3c]';

-- What was begun before this function was as it is now begins anew.
update lastwill.backfill as begun
set last_key = null
where begun.name = 'guest_backfill';

-- Ties what the rows of public.visits name already, from before the triggers were there. It may be cut
-- off at any moment: called again, it goes on where it was. Once it has come to the end, a call
-- begins anew, and with anew => true it does so in any case.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables of yours is done by a function that has one.
create or replace procedure lastwill.guest_backfill(anew boolean default false)
  language plpgsql
as $lastwill$
#variable_conflict use_variable
declare
  -- Whoever waits for a row of ours must have it well within the second after which PostgreSQL
  -- looks for deadlocks, and may pick him as the victim.
  aim constant double precision := 0.1;
  max_rows integer := 500;
  more boolean;
  started timestamptz;
  seconds double precision;
  went_on timestamptz := pg_catalog.clock_timestamp();
  pause double precision := 0.5;
begin
  commit;
  set transaction isolation level read committed;

  insert into lastwill.backfill as begun (name)
  values ('guest_backfill')
  on conflict (name) do update
  set last_key = null, begun_at = pg_catalog.now()
  where anew;

  loop
    commit;
    set transaction isolation level read committed;
    started := pg_catalog.clock_timestamp();
    more := lastwill.guest_backfill_batch(max_rows);
    commit;
    set transaction isolation level read committed;
    exit when not more;

    if more then
      went_on := pg_catalog.clock_timestamp();
      -- A clock may be coarse, or set back.
      seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
      max_rows := least(greatest(max_rows * least(greatest(aim / seconds, 0.125), 2), 1), 20000);
      pause := 0.5;
    elsif pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
      -- Fewer, down to the one row that somebody holds on to: it is waited for, and not left out.
      max_rows := greatest(max_rows / 8, 1);
      perform pg_catalog.pg_sleep(pause);
      pause := least(pause * 2, 5);
    else
      raise exception using
        errcode = '55P03',
        message =
          'rows of public.visits have been locked by others for 10 minutes',
        hint = 'What was done is done. Call it again, or run migrate up again, when nobody does.';
    end if;
  end loop;

  -- Of a table that nobody has analyzed yet a sweep would read all, for each batch.
  if
    exists (select from lastwill.guest_paper offset 1000)
  then
    analyze
      lastwill.guest_paper;
  end if;
end;
$lastwill$;

revoke all on procedure lastwill.guest_backfill(boolean) from public;

comment on procedure lastwill.guest_backfill(boolean) is
  'Ties what the rows of visits name already. May be called again at any time: it goes on where it was cut off, or with anew => true from the beginning. It commits. [lastwill 57fb337bc7c1]';

-- From here on until the backfill has come to its end nobody knows who names a row, and none that
-- one owner lets go of ends: others may name it since before the triggers were there.
insert into lastwill.backfill as begun (name)
values ('guest_backfill')
on conflict (name) do update
set last_key = null, begun_at = now();

-- Ties what belongs to one row of public.visits to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_guest(old_key bigint, new_key bigint)
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

  -- guest.basket
  update public.carts as owned
  set visit_id = new_key
  where owned.visit_id operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  update public.carts as owned
  set visit_id = new_key
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) 'guest.basket'
    and entry.owner_key operator(pg_catalog.=) old_key::text
    and owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    and owned.visit_id is null;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- guest.documents
  update public.visit_documents as tie
  set visit_id = new_key
  where tie.visit_id operator(pg_catalog.=) old_key
    and not exists (
      select
      from public.visit_documents as same
      where same.visit_id operator(pg_catalog.=) new_key
        and same.document_id operator(pg_catalog.=) tie.document_id
    );

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- Locked first: one that a sweep is just ending is left out, and no foreign key complains.
  insert into public.visit_documents (visit_id, document_id)
  select distinct new_key, waiting.key
  from (
    select owned.id as key
    from lastwill.released as entry
    join public.documents as owned
      on owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    where entry.edge operator(pg_catalog.=) 'guest.documents'
      and entry.owner_key operator(pg_catalog.=) old_key::text
    for key share of owned
  ) as waiting
  where not exists (
    select
    from public.visit_documents as same
    where same.visit_id operator(pg_catalog.=) new_key
      and same.document_id operator(pg_catalog.=) waiting.key
  );

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  delete from public.visit_documents as tie
  where tie.visit_id operator(pg_catalog.=) old_key;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['guest.basket', 'guest.documents']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_guest(bigint, bigint) from public;

comment on function lastwill.adopt_guest(bigint, bigint) is
  'Ties what belongs to one row of visits to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill c9da316a9bdb]';

-- How much of public.visits is due: counted up to 1,000 rows, and beyond that from a sample of a
-- thousand pages, so that looking costs the same however large the table is. And whether an index
-- finds what is due. What is in quarantine is not counted: it waits for something else.
create or replace function lastwill.guest_backlog(
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size('public.visits') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(array['expires_at']::text[]) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass('public.visits')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only public.visits as owner
    where owner.expires_at <= now()
      and owner.id::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'guest'
          and kept.next_try > now()
      )
    limit 1000
  ) as counted;

  if due < 1000 then
    return;
  end if;

  page_share := least(1000.0 / pages, 1);

  -- The same pages each time, so that two workers come to the same conclusion.
  select
    round(
      count(*) filter (
        where owner.expires_at <= now()
          and owner.id::text not in (
            select kept.key
            from lastwill.quarantine as kept
            where kept.edge = 'guest'
              and kept.next_try > now()
          )
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only public.visits as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$lastwill$;

revoke all on function lastwill.guest_backlog() from public;

comment on function lastwill.guest_backlog() is
  'How many rows of visits are due, and of how many. [lastwill 78c37ba0c8f7]';

-- Locks up to max_rows rows of public.visits that could not end together, and gives their places and
-- keys.
create or replace function lastwill.guest_due_again(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = guest_due_again.run
    and in_hand.step = 'guest';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, owner.id::text as key
      from only public.visits as owner
      where owner.ctid = any(all_places[:max_rows])
        and owner.expires_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'guest'
            and kept.next_try > now()
        )
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = guest_due_again.run
      and in_hand.step = 'guest';
  end loop;
end;
$lastwill$;

revoke all on function lastwill.guest_due_again(bigint, integer) from public;

comment on function lastwill.guest_due_again(bigint, integer) is
  'Locks expired rows of visits whose batch failed. [lastwill 183865b6d60e]';

-- Locks up to max_rows expired rows of public.visits, page by page, in windows that no other worker
-- has, and gives their places and keys. Nothing more when every window has been somebody's.
-- Where they are few and far between it looks no longer than what it has locked may wait.
--
-- Whatever the statistics say, an index on the expiry must not be asked for each window anew.
create or replace function lastwill.guest_due_in_heap(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_indexscan = off
as $lastwill$
#variable_conflict use_variable
declare
  window_pages constant bigint := 128;
  n_windows bigint;
  number bigint;
  last_number bigint;
  from_place tid;
  to_place tid;
  found_places tid[];
  found_keys text[];
begin
  select in_hand.windows, in_hand.last_window, in_hand.place, in_hand.window_end
  into n_windows, last_number, from_place, to_place
  from lastwill.sweep_step as in_hand
  where in_hand.run = guest_due_in_heap.run
    and in_hand.step = 'guest';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval('lastwill.guest_window');
      last_number := coalesce(last_number, number + n_windows - 1);

      if number > last_number then
        n_windows := null;
        exit;
      end if;

      -- No row has the number 0 on its page.
      from_place := format('(%s,0)', number % n_windows * window_pages)::tid;
      to_place := format('(%s,0)', (number % n_windows + 1) * window_pages)::tid;
    end if;

    select array_agg(due.place), array_agg(due.key)
    into found_places, found_keys
    from (
      select owner.ctid as place, owner.id::text as key
      from only public.visits as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and owner.expires_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'guest'
            and kept.next_try > now()
        )
      limit max_rows - coalesce(cardinality(places), 0)
      for update skip locked
    ) as due;

    places := places || found_places;
    keys := keys || found_keys;

    if cardinality(places) >= max_rows then
      from_place := (
        select max(found.place)
        from unnest(found_places) as found (place)
      );
      exit;
    end if;

    from_place := null;
    exit when places is not null and clock_timestamp() > now() + interval '0.2 s';
  end loop;

  update lastwill.sweep_step as in_hand
  set windows = n_windows,
      last_window = last_number,
      place = from_place,
      window_end = to_place
  where in_hand.run = guest_due_in_heap.run
    and in_hand.step = 'guest';
end;
$lastwill$;

revoke all on function lastwill.guest_due_in_heap(bigint, integer) from public;

comment on function lastwill.guest_due_in_heap(bigint, integer) is
  'Locks expired rows of visits, page by page. [lastwill 6dc5b7e39e15]';

-- Locks up to max_rows expired rows of public.visits, the oldest first, and gives their places and
-- keys. One that was renewed before we had its lock is seen renewed and left alone; one that
-- somebody is writing to is skipped. While we hold its lock a row stays in its place. A table that
-- inherits from this one has places of its own.
create or replace function lastwill.guest_due_by_expiry(
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, owner.id::text as key
    from only public.visits as owner
    where owner.expires_at <= now()
      and owner.id::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'guest'
          and kept.next_try > now()
      )
    order by owner.expires_at
    limit max_rows
    for update skip locked
  ) as due;
end;
$lastwill$;

revoke all on function lastwill.guest_due_by_expiry(integer) from public;

comment on function lastwill.guest_due_by_expiry(integer) is
  'Locks expired rows of visits, the oldest first. [lastwill df3f5a52a5ac]';

-- Deletes rows of public.visits that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on public.visits, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.guest_end_rows(run bigint, places tid[], keys text[])
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
      delete from only public.visits as owner
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
          'guest', 'guest', owner.id::text, '02000', 'delete left the row where it was'
        )
        from only public.visits as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'guest'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'guest', 'guest', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = guest_end_rows.run
        and in_hand.step = 'guest';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.guest_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.guest_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.guest_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of visits that the sweep has locked. [lastwill a4348e12321b]';

-- Ends up to max_rows expired rows of public.visits, and with each of them what it owns. Gives how
-- many rows it dealt with: 0 when none is due, null when some could not be had and are to be tried
-- again in a smaller batch.
--
-- Foreign keys plan their own statements, once in a connection: an index is the shortest way to
-- the few rows of one owner, a bitmap a detour.
create or replace function lastwill.guest_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
  set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  -- One row that cannot end takes no more than so many others back with it.
  part constant integer := 1000;
  places tid[];
  keys text[];
  all_had boolean := true;
begin
  select due.places, due.keys
  into places, keys
  from lastwill.guest_due_again(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.guest_due_in_heap(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.guest_due_by_expiry(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.guest_end_rows(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$lastwill$;

revoke all on function lastwill.guest_sweep_batch(bigint, integer) from public;

comment on function lastwill.guest_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends expired rows of visits. [lastwill b1126e7a50f9]';

-- Writes down that a session is there, and for how long: called at every request that renews it.
-- A time to live of 0 ends it at the next sweep. Gives when it expires.
create or replace function lastwill.touch_elsewhere(key text, ttl interval)
  returns timestamptz
  language sql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  insert into lastwill.elsewhere as kept (key, expires_at)
  values (touch_elsewhere.key, now() + touch_elsewhere.ttl)
  on conflict on constraint elsewhere_pkey do update
  set expires_at = excluded.expires_at
  returning kept.expires_at;
$lastwill$;

revoke all on function lastwill.touch_elsewhere(text, interval) from public;

comment on function lastwill.touch_elsewhere(text, interval) is
  'Writes down that a session is there and for how long; gives when it expires. With a ttl of 0 the next sweep ends it. [lastwill 91f116f3787d]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.elsewhere_drafts_decide(keys bigint[])
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
      from lastwill.guest_paper as link
      where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
    )
    and owned.sid is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['guest.paper', 'elsewhere.drafts']::text[]
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
          from lastwill.guest_paper as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
        )
        and owned.sid is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['guest.paper', 'elsewhere.drafts']::text[]
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

revoke all on function lastwill.elsewhere_drafts_decide(bigint[]) from public;

comment on function lastwill.elsewhere_drafts_decide(bigint[]) is
  'Ends those of these drafts that no owner has any more; gives what it could decide. [lastwill 3167a2e881d0]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.elsewhere_drafts_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'elsewhere.drafts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.elsewhere_drafts_decide(keys);
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
        'elsewhere', 'elsewhere.drafts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'elsewhere.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id =
          case when entry.edge = 'elsewhere.drafts' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'elsewhere.drafts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.elsewhere_drafts_sweep_batch(bigint, integer) from public;

comment on function lastwill.elsewhere_drafts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill bfb1184d6229]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.elsewhere_drafts_end(owners text[])
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
          where waiting.edge = 'elsewhere.drafts'
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
    decided := lastwill.elsewhere_drafts_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  -- It asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'elsewhere.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_drafts_end(text[]) from public;

comment on function lastwill.elsewhere_drafts_end(text[]) is
  'Ends at once the drafts that these owners let go of and that no other has. [lastwill b647c13bf525]';

-- Takes back drafts whose sid is set again.
create or replace function lastwill.elsewhere_drafts_tied()
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
      where entry.edge = any(array['guest.paper', 'elsewhere.drafts']::text[])
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

revoke all on function lastwill.elsewhere_drafts_tied() from public;

comment on function lastwill.elsewhere_drafts_tied() is
  'Takes back drafts whose sid is set again. [lastwill 3537f84f5e40]';

-- Only when the column names an owner, and not the one that it named.
create or replace trigger lastwill_elsewhere_drafts_tied
  after update of sid on public.drafts
  for each row
  when (new.sid is not null and new.sid is distinct from old.sid)
  execute function lastwill.elsewhere_drafts_tied();

comment on trigger lastwill_elsewhere_drafts_tied on public.drafts is
  'Takes back drafts whose sid is set again. [lastwill f609955b8c4b]';

-- A row of lastwill.elsewhere that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.elsewhere_leaving()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'elsewhere.drafts', owned.id::text, old.key::text, now() + interval '0 seconds'
  from public.drafts as owned
  where owned.sid = old.key;

  return null;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_leaving() from public;

comment on function lastwill.elsewhere_leaving() is
  'Releases what foreign keys tie to a row of lastwill.elsewhere that goes. [lastwill b17f5a534afe]';

-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger "Lastwill_elsewhere_leaving"
  after delete on lastwill.elsewhere
  for each row
  execute function lastwill.elsewhere_leaving();

comment on trigger "Lastwill_elsewhere_leaving" on lastwill.elsewhere is
  'Releases what foreign keys tie to a row of lastwill.elsewhere that goes. [lastwill 84efb803739c]';

-- Rows of lastwill.elsewhere that are gone, whoever deleted them, one or a million.
create or replace function lastwill.elsewhere_deleted()
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
    array_agg(gone.key) filter (
      where gone.expires_at <= now()
    ),
    array_agg(gone.key) filter (
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
    select array_agg(standing.key)
    into back
    from lastwill.elsewhere as standing
    where standing.key = any(expired || left_early);
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
  perform lastwill.elsewhere_drafts_end((expired || left_early)::text[]);

  return null;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_deleted() from public;

comment on function lastwill.elsewhere_deleted() is
  'Lets go of what deleted rows of lastwill.elsewhere had. [lastwill 826b423c6039]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_elsewhere_deleted
  after delete on lastwill.elsewhere
  referencing old table as gone
  for each statement
  execute function lastwill.elsewhere_deleted();

comment on trigger lastwill_elsewhere_deleted on lastwill.elsewhere is
  'Lets go of what deleted rows of lastwill.elsewhere had. [lastwill bd91ef5c809a]';

-- Ties what belongs to one row of lastwill.elsewhere to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_elsewhere(old_key text, new_key text)
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
  from lastwill.elsewhere as owner
  where owner.key = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of lastwill.elsewhere with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- elsewhere.drafts
  update public.drafts as owned
  set sid = new_key
  where owned.sid operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  update public.drafts as owned
  set sid = new_key
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) 'elsewhere.drafts'
    and entry.owner_key operator(pg_catalog.=) old_key::text
    and owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    and owned.sid is null;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['elsewhere.drafts']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_elsewhere(text, text) from public;

comment on function lastwill.adopt_elsewhere(text, text) is
  'Ties what belongs to one row of lastwill.elsewhere to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill f80fb57cd2c0]';

-- How much of lastwill.elsewhere is due: counted up to 1,000 rows, and beyond that from a sample of a
-- thousand pages, so that looking costs the same however large the table is. And whether an index
-- finds what is due. What is in quarantine is not counted: it waits for something else.
create or replace function lastwill.elsewhere_backlog(
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size('lastwill.elsewhere') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(array['expires_at']::text[]) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass('lastwill.elsewhere')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only lastwill.elsewhere as owner
    where owner.expires_at <= now()
      and owner.key::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'elsewhere'
          and kept.next_try > now()
      )
    limit 1000
  ) as counted;

  if due < 1000 then
    return;
  end if;

  page_share := least(1000.0 / pages, 1);

  -- The same pages each time, so that two workers come to the same conclusion.
  select
    round(
      count(*) filter (
        where owner.expires_at <= now()
          and owner.key::text not in (
            select kept.key
            from lastwill.quarantine as kept
            where kept.edge = 'elsewhere'
              and kept.next_try > now()
          )
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only lastwill.elsewhere as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$lastwill$;

revoke all on function lastwill.elsewhere_backlog() from public;

comment on function lastwill.elsewhere_backlog() is
  'How many rows of lastwill.elsewhere are due, and of how many. [lastwill 9764a263c97e]';

-- Locks up to max_rows rows of lastwill.elsewhere that could not end together, and gives their places and
-- keys.
create or replace function lastwill.elsewhere_due_again(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = elsewhere_due_again.run
    and in_hand.step = 'elsewhere';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, owner.key::text as key
      from only lastwill.elsewhere as owner
      where owner.ctid = any(all_places[:max_rows])
        and owner.expires_at <= now()
        and owner.key::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'elsewhere'
            and kept.next_try > now()
        )
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = elsewhere_due_again.run
      and in_hand.step = 'elsewhere';
  end loop;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_due_again(bigint, integer) from public;

comment on function lastwill.elsewhere_due_again(bigint, integer) is
  'Locks expired rows of lastwill.elsewhere whose batch failed. [lastwill d472aee984b5]';

-- Locks up to max_rows expired rows of lastwill.elsewhere, page by page, in windows that no other worker
-- has, and gives their places and keys. Nothing more when every window has been somebody's.
-- Where they are few and far between it looks no longer than what it has locked may wait.
--
-- Whatever the statistics say, an index on the expiry must not be asked for each window anew.
create or replace function lastwill.elsewhere_due_in_heap(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_indexscan = off
as $lastwill$
#variable_conflict use_variable
declare
  window_pages constant bigint := 128;
  n_windows bigint;
  number bigint;
  last_number bigint;
  from_place tid;
  to_place tid;
  found_places tid[];
  found_keys text[];
begin
  select in_hand.windows, in_hand.last_window, in_hand.place, in_hand.window_end
  into n_windows, last_number, from_place, to_place
  from lastwill.sweep_step as in_hand
  where in_hand.run = elsewhere_due_in_heap.run
    and in_hand.step = 'elsewhere';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval('lastwill.elsewhere_window');
      last_number := coalesce(last_number, number + n_windows - 1);

      if number > last_number then
        n_windows := null;
        exit;
      end if;

      -- No row has the number 0 on its page.
      from_place := format('(%s,0)', number % n_windows * window_pages)::tid;
      to_place := format('(%s,0)', (number % n_windows + 1) * window_pages)::tid;
    end if;

    select array_agg(due.place), array_agg(due.key)
    into found_places, found_keys
    from (
      select owner.ctid as place, owner.key::text as key
      from only lastwill.elsewhere as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and owner.expires_at <= now()
        and owner.key::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'elsewhere'
            and kept.next_try > now()
        )
      limit max_rows - coalesce(cardinality(places), 0)
      for update skip locked
    ) as due;

    places := places || found_places;
    keys := keys || found_keys;

    if cardinality(places) >= max_rows then
      from_place := (
        select max(found.place)
        from unnest(found_places) as found (place)
      );
      exit;
    end if;

    from_place := null;
    exit when places is not null and clock_timestamp() > now() + interval '0.2 s';
  end loop;

  update lastwill.sweep_step as in_hand
  set windows = n_windows,
      last_window = last_number,
      place = from_place,
      window_end = to_place
  where in_hand.run = elsewhere_due_in_heap.run
    and in_hand.step = 'elsewhere';
end;
$lastwill$;

revoke all on function lastwill.elsewhere_due_in_heap(bigint, integer) from public;

comment on function lastwill.elsewhere_due_in_heap(bigint, integer) is
  'Locks expired rows of lastwill.elsewhere, page by page. [lastwill 047d29272d89]';

-- Locks up to max_rows expired rows of lastwill.elsewhere, the oldest first, and gives their places and
-- keys. One that was renewed before we had its lock is seen renewed and left alone; one that
-- somebody is writing to is skipped. While we hold its lock a row stays in its place. A table that
-- inherits from this one has places of its own.
create or replace function lastwill.elsewhere_due_by_expiry(
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, owner.key::text as key
    from only lastwill.elsewhere as owner
    where owner.expires_at <= now()
      and owner.key::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'elsewhere'
          and kept.next_try > now()
      )
    order by owner.expires_at
    limit max_rows
    for update skip locked
  ) as due;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_due_by_expiry(integer) from public;

comment on function lastwill.elsewhere_due_by_expiry(integer) is
  'Locks expired rows of lastwill.elsewhere, the oldest first. [lastwill 8ee9ed0fdc5c]';

-- Deletes rows of lastwill.elsewhere that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on lastwill.elsewhere, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.elsewhere_end_rows(run bigint, places tid[], keys text[])
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
      delete from only lastwill.elsewhere as owner
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
          'elsewhere', 'elsewhere', owner.key::text, '02000', 'delete left the row where it was'
        )
        from only lastwill.elsewhere as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'elsewhere'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'elsewhere', 'elsewhere', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = elsewhere_end_rows.run
        and in_hand.step = 'elsewhere';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.elsewhere_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.elsewhere_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of lastwill.elsewhere that the sweep has locked. [lastwill cd6020703f7b]';

-- Ends up to max_rows expired rows of lastwill.elsewhere, and with each of them what it owns. Gives how
-- many rows it dealt with: 0 when none is due, null when some could not be had and are to be tried
-- again in a smaller batch.
--
-- Foreign keys plan their own statements, once in a connection: an index is the shortest way to
-- the few rows of one owner, a bitmap a detour.
create or replace function lastwill.elsewhere_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
  set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  -- One row that cannot end takes no more than so many others back with it.
  part constant integer := 1000;
  places tid[];
  keys text[];
  all_had boolean := true;
begin
  select due.places, due.keys
  into places, keys
  from lastwill.elsewhere_due_again(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.elsewhere_due_in_heap(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.elsewhere_due_by_expiry(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.elsewhere_end_rows(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_sweep_batch(bigint, integer) from public;

comment on function lastwill.elsewhere_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends expired rows of lastwill.elsewhere. [lastwill d7e31dab4f90]';

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
      'guest',
      array['guest', 'guest.basket', 'guest.paper', 'guest.documents']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    ),
    (
      'elsewhere',
      array['elsewhere', 'elsewhere.drafts']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill 6246fd8b47ea]';
comment on column lastwill.sweep_setting.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_setting.steps is
  'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'For how many days a run stays in the log.';

-- How much of one owner is due.
create or replace function lastwill.sweep_backlog(
  owner text,
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owner
    when 'guest' then
      select backlog.due, backlog.total, backlog.pages, backlog.indexed
      into due, total, pages, indexed
      from lastwill.guest_backlog() as backlog;
    when 'elsewhere' then
      select backlog.due, backlog.total, backlog.pages, backlog.indexed
      into due, total, pages, indexed
      from lastwill.elsewhere_backlog() as backlog;
  end case;
end;
$lastwill$;

revoke all on function lastwill.sweep_backlog(text) from public;

comment on function lastwill.sweep_backlog(text) is
  'How much of an owner is due. [lastwill 978ac0791d92]';

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
      when 'guest' then lastwill.guest_sweep_batch(run, max_rows)
      when 'guest.basket' then lastwill.guest_basket_sweep_batch(run, max_rows)
      when 'guest.paper' then lastwill.guest_paper_sweep_batch(run, max_rows)
      when 'guest.documents' then lastwill.guest_documents_sweep_batch(run, max_rows)
      when 'elsewhere' then lastwill.elsewhere_sweep_batch(run, max_rows)
      when 'elsewhere.drafts' then lastwill.elsewhere_drafts_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill 9094aba64ba5]';

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'guest.basket'::text as edge,
  'guest'::text as owner,
  'public.carts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.carts'::regclass,
    'visit_id',
    'public.visits'::regclass,
    'id'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '5 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace

union all

select
  'guest.cart_items'::text as edge,
  'guest'::text as owner,
  'public.cart_items'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  2 as depth,
  'guest.basket'::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.cart_items'::regclass,
    'cart_id',
    'public.carts'::regclass,
    'id'
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
  'guest.paper'::text as edge,
  'guest'::text as owner,
  'public.drafts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'data'::text as kind,
  format(
    '%s.%s',
    'public.visits'::regclass,
    'data → draft'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '10 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  'release'::text as on_replace

union all

select
  'guest.documents'::text as edge,
  'guest'::text as owner,
  'public.documents'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'through'::text as kind,
  format(
    'through %s: %s, %s',
    'public.visit_documents'::regclass,
    'visit_id',
    'document_id'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '10 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace

union all

select
  'elsewhere.drafts'::text as edge,
  'elsewhere'::text as owner,
  'public.drafts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.drafts'::regclass,
    'sid',
    'lastwill.elsewhere'::regclass,
    'key'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '0 seconds' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 662ccc026ab1]';
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
  'guest'::text as owner,
  owner.id::text as owner_key,
  'guest.basket'::text as edge,
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
  'guest'::text as owner,
  owner.id::text as owner_key,
  'guest.cart_items'::text as edge,
  'public.cart_items'::regclass::text as owned,
  owned_2.id::text as owned_key,
  2 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  'guest.basket' as parent_edge,
  owned_1.id::text as parent_key
from public.visits as owner
join public.carts as owned_1 on owned_1.visit_id = owner.id
join public.cart_items as owned_2 on owned_2.cart_id = owned_1.id

union all

select
  'guest'::text as owner,
  owner.id::text as owner_key,
  'guest.paper'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join lastwill.guest_paper as link_1 on link_1.owner_key = owner.id
join public.drafts as owned_1 on owned_1.id = link_1.owned_key

union all

select
  'guest'::text as owner,
  owner.id::text as owner_key,
  'guest.documents'::text as edge,
  'public.documents'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join public.visit_documents as tie_1 on tie_1.visit_id = owner.id
join public.documents as owned_1 on owned_1.id = tie_1.document_id

union all

select
  'elsewhere'::text as owner,
  owner.key::text as owner_key,
  'elsewhere.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.key::text as parent_key
from lastwill.elsewhere as owner
join public.drafts as owned_1 on owned_1.sid = owner.key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill d0f39d0831b8]';
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

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'guest.documents'::text as edge,
  'public.documents'::regclass::text as owned,
  owned.id::text as owned_key
from public.documents as owned
where not exists (
  select
  from public.visit_documents as tie
  join public.visits as owner on owner.id = tie.visit_id
  where tie.document_id = owned.id
)
and not exists (
  select
  from lastwill.released as entry
  where entry.edge = any(array['guest.documents']::text[])
    and entry.owned_key = owned.id::text
)

union all

select
  'guest.basket'::text as edge,
  'public.carts'::regclass::text as owned,
  owned.id::text as owned_key
from public.carts as owned
where owned.visit_id is not null
  and not exists (
    select
    from only public.visits as parent
    where parent.id = owned.visit_id
  )

union all

select
  'guest.cart_items'::text as edge,
  'public.cart_items'::regclass::text as owned,
  owned.id::text as owned_key
from public.cart_items as owned
where owned.cart_id is not null
  and not exists (
    select
    from only public.carts as parent
    where parent.id = owned.cart_id
  )

union all

select
  'elsewhere.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned.id::text as owned_key
from public.drafts as owned
where owned.sid is not null
  and not exists (
    select
    from only lastwill.elsewhere as parent
    where parent.key = owned.sid
  )
and not exists (
  select
  from lastwill.guest_paper as link
  join public.visits as owner on owner.id = link.owner_key
  where link.owned_key = owned.id
);

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill a07834521acb]';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';

-- Where links and what owners name are not the same: something was written while triggers were off,
-- or was named before a guard held. As long as there is any, lastwill.release_orphans refuses: what
-- is named would look like an orphan.
create view lastwill.drift as
select
  'guest.paper'::text as edge,
  'unlinked'::text as drift,
  owner.id::text as owner_key,
  owned.id::text as owned_key,
  'call lastwill.guest_backfill(anew => true);'::text as mend
from public.visits as owner
cross join lateral unnest(
  lastwill.guest_paper_named(
    owner.data
  )
) as named (owned_key)
join public.drafts as owned on owned.id = named.owned_key
where (
    (owner.data -> 'draft') is not null
  )
  and not exists (
    select
    from lastwill.guest_paper as link
    where link.owner_key operator(pg_catalog.=) cast(owner.id as bigint)
      and link.owned_key operator(pg_catalog.=) named.owned_key
  )

union all

select
  'guest.paper'::text as edge,
  'ownerless'::text as drift,
  link.owner_key::text as owner_key,
  link.owned_key::text as owned_key,
  'call lastwill.guest_backfill(anew => true);'::text as mend
from lastwill.guest_paper as link
where not exists (
  select
  from public.visits as owner
  where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
);

revoke all on table lastwill.drift from public;

comment on view lastwill.drift is
  'Where links and what owners name are not the same, as when triggers were off. Empty when all is well. [lastwill 0d65813c1f3e]';
comment on column lastwill.drift.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.drift.drift is
  'unlinked: an owner names the row, and no link says so; ownerless: the owner of a link is gone.';
comment on column lastwill.drift.owner_key is
  'The key of the owner, or of the row that names, as text.';
comment on column lastwill.drift.owned_key is 'The key of the row that is named, as text.';
comment on column lastwill.drift.mend is
  'The statement that ties anew, to be run by the role that migrates.';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'guest'::text as owner,
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
    where entry.edge = any(array['guest.basket', 'guest.paper', 'guest.documents']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'guest'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'guest'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'guest'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'guest'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('guest') as job
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
  where run.owner = 'guest'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'guest'
        and first.worker = 1
    )
) as last_run on true

union all

select
  'elsewhere'::text as owner,
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
    where entry.edge = any(array['elsewhere.drafts']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'elsewhere'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'elsewhere'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'elsewhere'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'elsewhere'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('elsewhere') as job
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
  from lastwill.elsewhere as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'elsewhere'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'elsewhere'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill f8f387ed502c]';
comment on column lastwill.status.owner is 'The owner''s name in the manifest.';
comment on column lastwill.status.live is 'Rows that have not expired.';
comment on column lastwill.status.expired is 'Rows that are due and wait for the sweep.';
comment on column lastwill.status.oldest_due is
  'When the oldest of them fell due; null when nothing is due.';
comment on column lastwill.status.lag is
  'How long the oldest of them has been due; 0 when nothing is.';
comment on column lastwill.status.released is 'Owned rows that wait out their grace.';
comment on column lastwill.status.undecodable is
  'Owner rows whose data cannot be read: nothing is released for them.';
comment on column lastwill.status.quarantined is
  'Rows that the sweep could not end; see lastwill.quarantine.';
comment on column lastwill.status.held is
  'Whether the sweep holds because far too much is due at once; see lastwill.hold.';
comment on column lastwill.status.paused_until is
  'Until when the sweep is paused, see lastwill.pause; null when it is not.';
comment on column lastwill.status.last_run_at is
  'When the last run began; null before the first. A sweep that holds or pauses begins none.';
comment on column lastwill.status.last_run_rows is
  'What that run ended: owner rows and released rows, not counting what cascades.';
comment on column lastwill.status.job is 'The pg_cron job, or why there is none.';

-- Why one row of public.carts is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.guest_basket_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.carts;
  this public.carts;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.carts),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.carts as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'guest.basket'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else owned_1.visit_id::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'guest'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  left join public.visits as owner on owner.id = owned_1.visit_id
  where owned_1.visit_id is not null;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['guest.basket']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['guest.basket']::text[])
    and kept.key = (asked).id::text;

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.guest_basket_why(text) from public;

comment on function lastwill.guest_basket_why(text) is
  'Why a row of carts is still there. [lastwill 748decefe899]';

-- Why one row of public.cart_items is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.guest_cart_items_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.cart_items;
  this public.cart_items;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.cart_items),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.cart_items as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'guest.cart_items'::text,
    case
      when owner.id is not null then 'owned'
      when owned_1.id is not null then 'unowned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else owned_2.cart_id::text
    end,
    array_remove(array[owned_1.id::text], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'guest'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_2
  left join public.carts as owned_1 on owned_1.id = owned_2.cart_id
  left join public.visits as owner on owner.id = owned_1.visit_id
  where owned_2.cart_id is not null;
end;
$lastwill$;

revoke all on function lastwill.guest_cart_items_why(text) from public;

comment on function lastwill.guest_cart_items_why(text) is
  'Why a row of cart_items is still there. [lastwill 6ad949e68495]';

-- Why one row of public.drafts is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.guest_paper_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.drafts;
  this public.drafts;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.drafts),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.drafts as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'guest.paper'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else link_1.owner_key::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'guest'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  join lastwill.guest_paper as link_1 on link_1.owned_key = (asked).id
  left join public.visits as owner on owner.id = link_1.owner_key
  where true;

  return query
  select
    'elsewhere.drafts'::text,
    case
      when owner.key is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.key is not null then owner.key::text
      else owned_1.sid::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'elsewhere'
        and kept.key = owner.key::text
    )
  from (
    select (this).*
  ) as owned_1
  left join lastwill.elsewhere as owner on owner.key = owned_1.sid
  where owned_1.sid is not null;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['guest.paper', 'elsewhere.drafts']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['guest.paper', 'elsewhere.drafts']::text[])
    and kept.key = (asked).id::text;

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.guest_paper_why(text) from public;

comment on function lastwill.guest_paper_why(text) is
  'Why a row of drafts is still there. [lastwill 670afdd77288]';

-- Why one row of public.documents is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.guest_documents_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.documents;
  this public.documents;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.documents),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.documents as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'guest.documents'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else tie_1.visit_id::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'guest'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  join public.visit_documents as tie_1 on tie_1.document_id = (asked).id
  left join public.visits as owner on owner.id = tie_1.visit_id
  where tie_1.visit_id is not null;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['guest.documents']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['guest.documents']::text[])
    and kept.key = (asked).id::text;

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_why(text) from public;

comment on function lastwill.guest_documents_why(text) is
  'Why a row of documents is still there. [lastwill f85aaa35133b]';

-- Why a row is still there: who owns it, what keeps it, what it waits for. A row for each reason;
-- none for a row that nobody owns and nothing keeps.
create or replace function lastwill.why(owned regclass, key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owned
    when 'public.carts'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.guest_basket_why(key) as given;
    when 'public.cart_items'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.guest_cart_items_why(key) as given;
    when 'public.drafts'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.guest_paper_why(key) as given;
    when 'public.documents'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.guest_documents_why(key) as given;
    else
      raise exception using
        errcode = 'LW001',
        message = format('no edge declares the table %s', owned),
        hint = 'The tables that are declared: select owned, edge from lastwill.edge;';
  end case;
end;
$lastwill$;

revoke all on function lastwill.why(regclass, text) from public;

comment on function lastwill.why(regclass, text) is
  'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill bcc531964b52]';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.visits meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.guest_basket_untie(from_place tid, to_place tid, grace interval)
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
      and owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.visits in share mode;
    all_places := array(
      select owned.ctid
      from only public.carts as owned
      where owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
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
      insert into lastwill.released (edge, owned_key, owner_key, due_at)
      select
        'guest.basket',
        cast(owned.id as pg_catalog.text),
        cast(owned.visit_id as pg_catalog.text),
        pg_catalog.now() + grace
      from only public.carts as owned
      where owned.ctid operator(pg_catalog.=) any (places);

      update only public.carts as owned
      set visit_id = null
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
            'guest.basket', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.guest_basket_untie(tid, tid, interval) from public;

comment on function lastwill.guest_basket_untie(tid, tid, interval) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill 40bcefb1be63]';

-- Does to the rows of public.cart_items on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.carts meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.guest_cart_items_untie(from_place tid, to_place tid)
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
    from only public.cart_items as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.cart_id is not null
        and not exists (
          select
          from only public.carts as parent
          where parent.id operator(pg_catalog.=) owned.cart_id
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.carts in share mode;
    all_places := array(
      select owned.ctid
      from only public.cart_items as owned
      where owned.cart_id is not null
        and not exists (
          select
          from only public.carts as parent
          where parent.id operator(pg_catalog.=) owned.cart_id
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
      delete from only public.cart_items as owned
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
            'guest.cart_items', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.guest_cart_items_untie(tid, tid) from public;

comment on function lastwill.guest_cart_items_untie(tid, tid) is
  'Unties the rows of cart_items on these pages whose parent is not there. [lastwill 152b1aa97ca4]';

-- Does to the rows of public.visit_documents on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.visits meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.guest_documents_untie(from_place tid, to_place tid)
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
    from only public.visit_documents as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.visits in share mode;
    all_places := array(
      select owned.ctid
      from only public.visit_documents as owned
      where owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
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
      delete from only public.visit_documents as owned
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
            'guest.documents', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_untie(tid, tid) from public;

comment on function lastwill.guest_documents_untie(tid, tid) is
  'Unties the rows of visit_documents on these pages whose parent is not there. [lastwill 95fbf88af727]';

-- Does to the rows of public.drafts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to lastwill.elsewhere meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.elsewhere_drafts_untie(from_place tid, to_place tid, grace interval)
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
    from only public.drafts as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.sid is not null
        and not exists (
          select
          from only lastwill.elsewhere as parent
          where parent.key operator(pg_catalog.=) owned.sid
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only lastwill.elsewhere in share mode;
    all_places := array(
      select owned.ctid
      from only public.drafts as owned
      where owned.sid is not null
        and not exists (
          select
          from only lastwill.elsewhere as parent
          where parent.key operator(pg_catalog.=) owned.sid
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
      insert into lastwill.released (edge, owned_key, owner_key, due_at)
      select
        'elsewhere.drafts',
        cast(owned.id as pg_catalog.text),
        cast(owned.sid as pg_catalog.text),
        pg_catalog.now() + grace
      from only public.drafts as owned
      where owned.ctid operator(pg_catalog.=) any (places);

      update only public.drafts as owned
      set sid = null
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
            'elsewhere.drafts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.elsewhere_drafts_untie(tid, tid, interval) from public;

comment on function lastwill.elsewhere_drafts_untie(tid, tid, interval) is
  'Unties the rows of drafts on these pages whose parent is not there. [lastwill d5a0cd77d763]';

-- Hands to the sweep the rows of public.documents on these pages that nobody ties and that do not wait
-- already. It asks for no lock: the sweep does, and asks again who ties them.
create or replace function lastwill.guest_documents_hand_over(from_place tid, to_place tid, grace interval)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  n_rows bigint;
begin
  -- A row that names nobody gets the key of nobody: no claim and no adoption is to find it by that.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'guest.documents', owned.id::text, 'orphan ' || gen_random_uuid(), now() + grace
  from only public.documents as owned
  where owned.ctid > from_place
    and owned.ctid < to_place
    and not exists (
      select
      from public.visit_documents as tie
      where tie.document_id operator(pg_catalog.=) owned.id
        and tie.visit_id is not null
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['guest.documents']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = any(array['guest.documents']::text[])
        and entry.owned_key = owned.id::text
      offset 0
    );

  get diagnostics n_rows = row_count;
  return n_rows;
end;
$lastwill$;

revoke all on function lastwill.guest_documents_hand_over(tid, tid, interval) from public;

comment on function lastwill.guest_documents_hand_over(tid, tid, interval) is
  'Hands to the sweep the rows of documents on these pages that nobody ties. [lastwill e04787c12fc6]';

-- The steps by which rows that linger are handed to the sweep: those of one edge, or of all.
create or replace function lastwill.release_orphans_begin(edge text, grace interval)
  returns integer[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  if grace is null or grace < interval '0' then
    raise exception using
      errcode = 'LW001',
      message = format('the grace of orphans cannot be %s', coalesce(grace::text, 'null')),
      hint = 'Write how long rows that are just being made are given, as in: 10 minutes.';
  end if;

  if edge is not null and not exists (
    select
    from lastwill.edge as declared
    where declared.edge = release_orphans_begin.edge
  ) then
    raise exception using
      errcode = 'LW001',
      message = format('there is no edge %s', quote_ident(edge)),
      hint = (
        select format('The edges are: %s.', string_agg(declared.edge, ', '))
        from lastwill.edge as declared
      );
  end if;

  if exists (select from lastwill.backfill) then
    raise exception using
      errcode = 'LW001',
      message = 'a backfill is not finished, so rows that owners name may look like orphans',
      hint = (
        select format('Let it come to its end: call lastwill.%I();', begun.name)
        from lastwill.backfill as begun
        order by begun.begun_at
        limit 1
      );
  end if;

  -- What was written while triggers were off is named and not linked.
  if exists (
    select
    from lastwill.drift as drift
    where release_orphans_begin.edge is null
      or drift.edge in (
        select other.edge
        from lastwill.edge as other
        join lastwill.edge as this on this.owned = other.owned
        where this.edge = release_orphans_begin.edge
      )
  ) then
    raise exception using
      errcode = 'LW001',
      message = 'rows that owners name are not linked to them, and would look like orphans',
      hint = (
        select format('Tie anew, as the role that migrates: %s', string_agg(mend.statement, ' '))
        from (
          select distinct drift.mend as statement
          from lastwill.drift as drift
        ) as mend
      );
  end if;

  -- What sessions outside the database own looks lingering until each has been touched: never
  -- unless it is asked for by name.
  return array(
    select step.place
    from (
      values
        (1, 'guest.basket', false),
        (2, 'guest.cart_items', false),
        (3, 'guest.documents', false),
        (4, 'elsewhere.drafts', true),
        (5, 'guest.documents', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  'The steps by which rows that linger are handed to the sweep. [lastwill fedc9580b57e]';

-- One batch of one step: the rows that linger on a few pages of a table. Gives the edge and how
-- many rows they were, null when somebody held a lock; no edge at the end of the table.
create or replace function lastwill.release_orphans_batch(
  step integer,
  batch bigint,
  grace interval,
  out edge text,
  out n_rows bigint
)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  pages constant bigint := 32;
  -- No row has the number 0 on its page.
  from_place constant tid := cast(format('(%s,0)', batch * pages) as tid);
  to_place constant tid := cast(format('(%s,0)', (batch + 1) * pages) as tid);
  owned regclass;
begin
  case step
    when 1 then
      edge := 'guest.basket';
      owned := 'public.carts';
    when 2 then
      edge := 'guest.cart_items';
      owned := 'public.cart_items';
    when 3 then
      edge := 'guest.documents';
      owned := 'public.visit_documents';
    when 4 then
      edge := 'elsewhere.drafts';
      owned := 'public.drafts';
    when 5 then
      edge := 'guest.documents';
      owned := 'public.documents';
  end case;

  if
    grace is null
    or batch * pages * current_setting('block_size')::bigint > pg_relation_size(owned)
  then
    edge := null;
    return;
  end if;

  -- Two at once would not see what the other hands over.
  perform pg_advisory_xact_lock(hashtext('lastwill.release_orphans'), step);

  case step
    when 1 then
      n_rows := lastwill.guest_basket_untie(from_place, to_place, grace);
    when 2 then
      n_rows := lastwill.guest_cart_items_untie(from_place, to_place);
    when 3 then
      n_rows := lastwill.guest_documents_untie(from_place, to_place);
    when 4 then
      n_rows := lastwill.elsewhere_drafts_untie(from_place, to_place, grace);
    when 5 then
      n_rows := lastwill.guest_documents_hand_over(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 3ba1ce7c268a]';

-- Which rows of public.visits lastwill.preview() is about: the one with the given key, or what the next
-- sweep would find due. It would pass by what another transaction has locked or changed. That can
-- be told, without waiting for it, where a row bears the number of one that is running; where
-- several share a lock it cannot.
create or replace function lastwill.guest_ending(owner_key text)
  returns table (rows bigint, sample text[], blocked_by text, places tid[])
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  running constant xid[] := array(
    select going.transactionid
    from pg_locks as going
    where going.locktype = 'transactionid'
      and going.mode = 'ExclusiveLock'
      and going.pid is distinct from pg_backend_pid()
  );
begin
  if owner_key is null then
    return query
    select
      count(*),
      (array_agg(due.key order by due.place))[:5],
      case when due.is_locked then 'a running transaction has locked or changed it' end,
      array_agg(due.place)
    from (
      select
        owner.ctid as place,
        owner.id::text as key,
        owner.xmax = any(running) as is_locked
      from only public.visits as owner
      where owner.expires_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'guest'
            and kept.next_try > now()
        )
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(owner.id::text), null::text, array_agg(owner.ctid)
    from only public.visits as owner
    where owner.id = cast(owner_key as bigint)
    having count(*) > 0;

    if found then
      return;
    end if;
  exception
    when data_exception then
      -- A text that is no key of this type is nobody's.
      null;
  end;

  raise exception using
    errcode = 'LW001',
    message = 'no row of visits has this key',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$lastwill$;

revoke all on function lastwill.guest_ending(text) from public;

comment on function lastwill.guest_ending(text) is
  'Which rows of visits a preview is about. [lastwill e14089b65ee0]';

-- Which rows of lastwill.elsewhere lastwill.preview() is about: the one with the given key, or what the next
-- sweep would find due. It would pass by what another transaction has locked or changed. That can
-- be told, without waiting for it, where a row bears the number of one that is running; where
-- several share a lock it cannot.
create or replace function lastwill.elsewhere_ending(owner_key text)
  returns table (rows bigint, sample text[], blocked_by text, places tid[])
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  running constant xid[] := array(
    select going.transactionid
    from pg_locks as going
    where going.locktype = 'transactionid'
      and going.mode = 'ExclusiveLock'
      and going.pid is distinct from pg_backend_pid()
  );
begin
  if owner_key is null then
    return query
    select
      count(*),
      (array_agg(due.key order by due.place))[:5],
      case when due.is_locked then 'a running transaction has locked or changed it' end,
      array_agg(due.place)
    from (
      select
        owner.ctid as place,
        owner.key::text as key,
        owner.xmax = any(running) as is_locked
      from only lastwill.elsewhere as owner
      where owner.expires_at <= now()
        and owner.key::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'elsewhere'
            and kept.next_try > now()
        )
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(owner.key::text), null::text, array_agg(owner.ctid)
    from only lastwill.elsewhere as owner
    where owner.key = cast(owner_key as text)
    having count(*) > 0;

    if found then
      return;
    end if;
  exception
    when data_exception then
      -- A text that is no key of this type is nobody's.
      null;
  end;

  raise exception using
    errcode = 'LW001',
    message = 'no row of lastwill.elsewhere has this key',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$lastwill$;

revoke all on function lastwill.elsewhere_ending(text) from public;

comment on function lastwill.elsewhere_ending(text) is
  'Which rows of lastwill.elsewhere a preview is about. [lastwill 03c3b09a5d70]';

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
  gone_2 tid[] := cast('{}' as tid[]);
  gone_3 tid[] := cast('{}' as tid[]);
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  elsif owner_key is not null then
    raise exception using
      errcode = 'LW001',
      message = 'a key was given, and no owner',
      hint = 'Name the owner too: select * from lastwill.preview(''session'', ''…'');';
  end if;

  -- visits
  if coalesce(owner = 'guest', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('guest') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'guest');
    end if;

    edge := 'guest';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.guest_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.visits', places)),
        ''
      );
      return next;
    end loop;
  end if;

  -- lastwill.elsewhere
  if coalesce(owner = 'elsewhere', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('elsewhere') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'elsewhere');
    end if;

    edge := 'elsewhere';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.elsewhere_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_2 := gone_2 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('lastwill.elsewhere', places)),
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
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'guest.basket', 1, 'delete', interval '5 minutes', true)
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
          (parent.expires_at <= now()) is not true,
          true
        from only public.visits as parent
        join only public.carts as owned on owned.visit_id = parent.id
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.carts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'guest.basket'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'guest' = any(swept)
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
      join only public.carts as owned on owned.ctid = in_question.place
      left join only public.visits as parent on owned.visit_id = parent.id
      where owned.visit_id is not null
        and (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.carts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['guest.basket']::text[])
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
      left join only public.carts as owned on owned.ctid = fate.place
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
    if action in ('delete', 'archive') and blocked_by is null then
      gone_3 := gone_3 || places;
    end if;
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

  -- cart_items
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'guest.cart_items',
      2,
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
    from only public.carts as parent
    join only public.cart_items as owned on owned.cart_id = parent.id
    where parent.ctid = any(gone_3)
    having count(*) > 0
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.cart_items', places)
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
        (1, 'guest.paper', 1, 'delete', interval '10 minutes', true),
        (2, 'elsewhere.drafts', 1, 'delete', interval '0 hours', true)
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
          (parent.expires_at <= now()) is not true,
          true
        from only public.visits as parent
        join lastwill.guest_paper as link on link.owner_key = parent.id
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
        where entry.edge = 'guest.paper'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'guest' = any(swept)

        union all

        select
          2,
          owned.ctid,
          false,
          true
        from only lastwill.elsewhere as parent
        join only public.drafts as owned on owned.sid = parent.key
        where parent.ctid = any(gone_2)

        union all

        select
          2,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.drafts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'elsewhere.drafts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'elsewhere' = any(swept)
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
      join lastwill.guest_paper as link on link.owned_key = owned.id
      left join only public.visits as parent on parent.id = link.owner_key
      where (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, null::timestamptz
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      left join only lastwill.elsewhere as parent on owned.sid = parent.key
      where owned.sid is not null
        and (parent.ctid = any(gone_2)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['guest.paper', 'elsewhere.drafts']::text[])
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

  -- documents
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'guest.documents', 1, 'delete', interval '10 minutes', true)
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
          (parent.expires_at <= now()) is not true,
          true
        from only public.visits as parent
        join public.visit_documents as tie on tie.visit_id = parent.id
        join only public.documents as owned on owned.id = tie.document_id
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.documents as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'guest.documents'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'guest' = any(swept)
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
      join only public.documents as owned on owned.ctid = in_question.place
      join public.visit_documents as tie on tie.document_id = owned.id
      left join only public.visits as parent on parent.id = tie.visit_id
      where tie.visit_id is not null
        and (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.documents as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['guest.documents']::text[])
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
      left join only public.documents as owned on owned.ctid = fate.place
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
            lastwill.preview_held_by('public.documents', places)
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
        ('guest', 0),
        ('elsewhere', 0),
        ('guest.basket', 1),
        ('guest.paper', 1),
        ('guest.documents', 1),
        ('elsewhere.drafts', 1)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill e767440f59f1]';

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

drop function lastwill.elsewhere_ending(text);

drop function lastwill.guest_ending(text);

drop function lastwill.guest_documents_hand_over(tid, tid, interval);

drop function lastwill.elsewhere_drafts_untie(tid, tid, interval);

drop function lastwill.guest_documents_untie(tid, tid);

drop function lastwill.guest_cart_items_untie(tid, tid);

drop function lastwill.guest_basket_untie(tid, tid, interval);

drop function lastwill.guest_documents_why(text);

drop function lastwill.guest_paper_why(text);

drop function lastwill.guest_cart_items_why(text);

drop function lastwill.guest_basket_why(text);

drop view lastwill.status;

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

drop view lastwill.sweep_setting;

drop function lastwill.elsewhere_sweep_batch(bigint, integer);

drop function lastwill.elsewhere_end_rows(bigint, tid[], text[]);

drop function lastwill.elsewhere_due_by_expiry(integer);

drop function lastwill.elsewhere_due_in_heap(bigint, integer);

drop function lastwill.elsewhere_due_again(bigint, integer);

drop function lastwill.elsewhere_backlog();

drop function lastwill.adopt_elsewhere(text, text);

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
      lock table lastwill.elsewhere in access exclusive mode;
      lock table lastwill.guest_paper in access exclusive mode;
      lock table public.cart_items in access exclusive mode;
      lock table public.carts in access exclusive mode;
      lock table public.drafts in access exclusive mode;
      lock table public.visit_documents in access exclusive mode;
      lock table public.visits in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'lastwill.elsewhere, lastwill.guest_paper, public.cart_items, public.carts, public.drafts, public.visit_documents, public.visits'
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

drop trigger lastwill_elsewhere_deleted on lastwill.elsewhere;

drop function lastwill.elsewhere_deleted();

drop trigger "Lastwill_elsewhere_leaving" on lastwill.elsewhere;

drop function lastwill.elsewhere_leaving();

drop trigger lastwill_elsewhere_drafts_tied on public.drafts;

drop function lastwill.elsewhere_drafts_tied();

drop function lastwill.elsewhere_drafts_end(text[]);

drop function lastwill.elsewhere_drafts_sweep_batch(bigint, integer);

drop function lastwill.elsewhere_drafts_decide(bigint[]);

drop function lastwill.touch_elsewhere(text, interval);

drop function lastwill.guest_sweep_batch(bigint, integer);

drop function lastwill.guest_end_rows(bigint, tid[], text[]);

drop function lastwill.guest_due_by_expiry(integer);

drop function lastwill.guest_due_in_heap(bigint, integer);

drop function lastwill.guest_due_again(bigint, integer);

drop function lastwill.guest_backlog();

drop function lastwill.adopt_guest(bigint, bigint);

-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = 'guest_backfill';

drop procedure lastwill.guest_backfill(boolean);

drop function lastwill.guest_backfill_batch(integer);

drop trigger lastwill_guest_truncated on public.visits;

drop function lastwill.guest_truncated();

drop trigger lastwill_guest_deleted on public.visits;

drop function lastwill.guest_deleted();

drop trigger "Lastwill_guest_leaving" on public.visits;

drop function lastwill.guest_leaving();

drop trigger lastwill_guest_renamed on public.visits;

drop trigger lastwill_guest_changed on public.visits;

drop function lastwill.guest_changed();

drop trigger lastwill_guest_inserted on public.visits;

drop function lastwill.guest_inserted();

drop trigger lastwill_guest_documents_emptied on public.visit_documents;

drop function lastwill.guest_documents_emptied();

drop trigger lastwill_guest_documents_tied on public.visit_documents;

drop function lastwill.guest_documents_tied();

drop trigger lastwill_guest_documents_moved on public.visit_documents;

drop function lastwill.guest_documents_moved();

drop trigger lastwill_guest_documents_left on public.visit_documents;

drop function lastwill.guest_documents_left();

drop function lastwill.guest_documents_end(text[]);

drop function lastwill.guest_documents_sweep_batch(bigint, integer);

drop function lastwill.guest_documents_decide(bigint[]);

drop function lastwill.guest_paper_release(bigint[], bigint[]);

drop function lastwill.guest_paper_end(bigint[]);

drop function lastwill.guest_paper_sweep_batch(bigint, integer);

drop function lastwill.guest_paper_decide(bigint[]);

drop function lastwill.guest_paper_tie(bigint, bigint[]);

drop function lastwill.guest_paper_named(jsonb);

drop trigger lastwill_guest_basket_tied on public.carts;

drop function lastwill.guest_basket_tied();

drop function lastwill.guest_basket_end(text[]);

drop function lastwill.guest_basket_sweep_batch(bigint, integer);

drop function lastwill.guest_basket_decide(bigint[]);

-- The sweep goes on under the owner's new name: its log, and what it has put aside.
update lastwill.quarantine
set
  owner = 'visit',
  edge = case edge when 'guest' then 'visit' else edge end
where owner = 'guest';

update lastwill.undecodable
set owner = 'visit'
where owner = 'guest';

update lastwill.paused
set owner = 'visit'
where owner = 'guest';

update lastwill.hold
set owner = 'visit'
where owner = 'guest';

update lastwill.sweep_run
set owner = 'visit'
where owner = 'guest';

update lastwill.sweep_step
set step = 'visit'
where step = 'guest';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'visit.carts'
where edge = 'guest.basket';

update lastwill.quarantine
set edge = 'visit.carts'
where edge = 'guest.basket';

update lastwill.outbox
set edge = 'visit.carts'
where edge = 'guest.basket';

update lastwill.sweep_step
set step = 'visit.carts'
where step = 'guest.basket';

alter index public.lastwill_guest_basket_idx
  rename to lastwill_visit_carts_idx;

comment on index public.lastwill_visit_carts_idx is
  'Finds the carts of one visit_id when that ends. [lastwill 409f67ad9da9]';

alter table public.carts
  rename constraint lastwill_guest_basket_fkey to lastwill_visit_carts_fkey;

comment on constraint lastwill_visit_carts_fkey on public.carts is
  'visit.carts: a row of public.carts is let go of when the row of public.visits goes that its visit_id names. [lastwill 365edc9feb78]';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'visit.cart_items'
where edge = 'guest.cart_items';

update lastwill.quarantine
set edge = 'visit.cart_items'
where edge = 'guest.cart_items';

update lastwill.outbox
set edge = 'visit.cart_items'
where edge = 'guest.cart_items';

update lastwill.sweep_step
set step = 'visit.cart_items'
where step = 'guest.cart_items';

alter index public.lastwill_guest_cart_items_idx
  rename to lastwill_visit_cart_items_idx;

comment on index public.lastwill_visit_cart_items_idx is
  'Finds the cart_items of one cart_id when that ends. [lastwill 26069a1da42e]';

alter table public.cart_items
  rename constraint lastwill_guest_cart_items_fkey to lastwill_visit_cart_items_fkey;

comment on constraint lastwill_visit_cart_items_fkey on public.cart_items is
  'visit.cart_items: a row of public.cart_items ends with the row of public.carts that its cart_id names. [lastwill 3e05320da040]';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'visit.drafts'
where edge = 'guest.paper';

update lastwill.quarantine
set edge = 'visit.drafts'
where edge = 'guest.paper';

update lastwill.outbox
set edge = 'visit.drafts'
where edge = 'guest.paper';

update lastwill.sweep_step
set step = 'visit.drafts'
where step = 'guest.paper';

alter table lastwill.guest_paper
  rename to visit_drafts;

alter table lastwill.visit_drafts
  rename constraint guest_paper_pkey to visit_drafts_pkey;

alter index lastwill.guest_paper_by_owned
  rename to visit_drafts_by_owned;

comment on table lastwill.visit_drafts is
  'visit.drafts: which drafts each visits names (data → draft). [lastwill 8e2ae06e3969]';
comment on column lastwill.visit_drafts.owner_key is
  'The key of the owner row. A session key is a secret.';
comment on column lastwill.visit_drafts.owned_key is
  'The key of the owned row that it names, which need not be there yet.';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'visit.documents'
where edge = 'guest.documents';

update lastwill.quarantine
set edge = 'visit.documents'
where edge = 'guest.documents';

update lastwill.outbox
set edge = 'visit.documents'
where edge = 'guest.documents';

update lastwill.sweep_step
set step = 'visit.documents'
where step = 'guest.documents';

alter table public.visit_documents
  rename constraint lastwill_guest_documents_owner_fkey to lastwill_visit_documents_owner_fkey;

comment on constraint lastwill_visit_documents_owner_fkey on public.visit_documents is
  'visit.documents: a row of public.visit_documents goes with the row of public.visits that its visit_id names. [lastwill e6057855ca21]';

alter index public.lastwill_guest_documents_owned_idx
  rename to lastwill_visit_documents_owned_idx;

comment on index public.lastwill_visit_documents_owned_idx is
  'Finds the visit_documents of one document_id when that ends. [lastwill 28b233cb11b7]';

alter table public.visit_documents
  rename constraint lastwill_guest_documents_owned_fkey to lastwill_visit_documents_owned_fkey;

comment on constraint lastwill_visit_documents_owned_fkey on public.visit_documents is
  'visit.documents: a row of public.visit_documents goes with the row of public.documents that its document_id names. [lastwill 5a30b918e705]';

alter sequence lastwill.guest_window
  rename to visit_window;

comment on sequence lastwill.visit_window is
  'Numbers the windows of visits that the workers of a sweep take. [lastwill 2dfbe5a23a5a]';

-- The sweep goes on under the owner's new name: its log, and what it has put aside.
update lastwill.quarantine
set
  owner = 'away',
  edge = case edge when 'elsewhere' then 'away' else edge end
where owner = 'elsewhere';

update lastwill.undecodable
set owner = 'away'
where owner = 'elsewhere';

update lastwill.paused
set owner = 'away'
where owner = 'elsewhere';

update lastwill.hold
set owner = 'away'
where owner = 'elsewhere';

update lastwill.sweep_run
set owner = 'away'
where owner = 'elsewhere';

update lastwill.sweep_step
set step = 'away'
where step = 'elsewhere';

alter table lastwill.elsewhere
  rename to away;

alter table lastwill.away
  rename constraint elsewhere_pkey to away_pkey;

alter index lastwill.elsewhere_by_expires_at
  rename to away_by_expires_at;

comment on table lastwill.away is
  'away: sessions that are kept elsewhere, and when each expires. [lastwill f203d4cab3e5]';
comment on column lastwill.away.key is 'The session''s key. A secret.';
comment on column lastwill.away.expires_at is 'When it expires; null means never.';

-- What waits, is put aside or is still to be told goes on under the edge's new name.
update lastwill.released
set edge = 'away.drafts'
where edge = 'elsewhere.drafts';

update lastwill.quarantine
set edge = 'away.drafts'
where edge = 'elsewhere.drafts';

update lastwill.outbox
set edge = 'away.drafts'
where edge = 'elsewhere.drafts';

update lastwill.sweep_step
set step = 'away.drafts'
where step = 'elsewhere.drafts';

alter index public.lastwill_elsewhere_drafts_idx
  rename to lastwill_away_drafts_idx;

comment on index public.lastwill_away_drafts_idx is
  'Finds the drafts of one sid when that ends. [lastwill 13e21aa6dffe]';

alter table public.drafts
  rename constraint lastwill_elsewhere_drafts_fkey to lastwill_away_drafts_fkey;

comment on constraint lastwill_away_drafts_fkey on public.drafts is
  'away.drafts: a row of public.drafts is let go of when the row of lastwill.away goes that its sid names. [lastwill 934893fd1ccf]';

alter sequence lastwill.elsewhere_window
  rename to away_window;

comment on sequence lastwill.away_window is
  'Numbers the windows of lastwill.away that the workers of a sweep take. [lastwill 8967711d88a4]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.visit_carts_decide(keys bigint[])
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
    and owned.visit_id is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.carts']::text[]
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
      from only public.carts as owned
      where owned.id = done.key
        and owned.visit_id is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.carts']::text[]
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

revoke all on function lastwill.visit_carts_decide(bigint[]) from public;

comment on function lastwill.visit_carts_decide(bigint[]) is
  'Ends those of these carts that no owner has any more; gives what it could decide. [lastwill 7770bbd994a5]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.visit_carts_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'visit.carts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.visit_carts_decide(keys);
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
        'visit', 'visit.carts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.carts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.carts as owned
        where owned.id =
          case when entry.edge = 'visit.carts' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'visit.carts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.visit_carts_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_carts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released carts whose grace is over. [lastwill e095fe3213d7]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.visit_carts_end(owners text[])
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
          where waiting.edge = 'visit.carts'
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
    decided := lastwill.visit_carts_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  -- It asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.carts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.visit_carts_end(text[]) from public;

comment on function lastwill.visit_carts_end(text[]) is
  'Ends at once the carts that these owners let go of and that no other has. [lastwill 569430940643]';

-- Takes back carts whose visit_id is set again.
create or replace function lastwill.visit_carts_tied()
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
      where entry.edge = any(array['visit.carts']::text[])
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

revoke all on function lastwill.visit_carts_tied() from public;

comment on function lastwill.visit_carts_tied() is
  'Takes back carts whose visit_id is set again. [lastwill aba8cfc1fb73]';

-- Only when the column names an owner, and not the one that it named.
create or replace trigger lastwill_visit_carts_tied
  after update of visit_id on public.carts
  for each row
  when (new.visit_id is not null and new.visit_id is distinct from old.visit_id)
  execute function lastwill.visit_carts_tied();

comment on trigger lastwill_visit_carts_tied on public.carts is
  'Takes back carts whose visit_id is set again. [lastwill 28f1e5a6a1d7]';

-- The keys that a document names under draft.
create or replace function lastwill.visit_drafts_named(document jsonb)
  returns bigint[]
  language sql
  immutable
  parallel safe
return array_remove(array[lastwill.read_bigint(document -> 'draft')], null);

revoke all on function lastwill.visit_drafts_named(jsonb) from public;

comment on function lastwill.visit_drafts_named(jsonb) is
  'The keys of drafts that are named (data → draft). [lastwill a7e6fc915392]';

-- Ties to one owner the rows that its data names.
--
-- Its plans are made once: planning anew for each array of keys took more time than the work.
create or replace function lastwill.visit_drafts_tie(naming bigint, named bigint[])
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
    from public.drafts as owned
    where owned.id = any(named)
    for key share;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      null;
  end;

  -- A key that is not there yet is linked all the same: stores write the session last or first.
  insert into lastwill.visit_drafts (owner_key, owned_key)
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
      where entry.edge = any(array['visit.drafts', 'away.drafts']::text[])
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

revoke all on function lastwill.visit_drafts_tie(bigint, bigint[]) from public;

comment on function lastwill.visit_drafts_tie(bigint, bigint[]) is
  'Ties to an owner the drafts that it names (data → draft). [lastwill 5fc891fdb615]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.visit_drafts_decide(keys bigint[])
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
      from lastwill.visit_drafts as link
      where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
    )
    and owned.sid is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.drafts', 'away.drafts']::text[]
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
          from lastwill.visit_drafts as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
        )
        and owned.sid is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.drafts', 'away.drafts']::text[]
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

revoke all on function lastwill.visit_drafts_decide(bigint[]) from public;

comment on function lastwill.visit_drafts_decide(bigint[]) is
  'Ends those of these drafts that no owner has any more; gives what it could decide. [lastwill 8c9727dc9ef5]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.visit_drafts_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'visit.drafts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.visit_drafts_decide(keys);
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
        'visit', 'visit.drafts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id =
          case when entry.edge = 'visit.drafts' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'visit.drafts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_drafts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill bd3a4088357b]';

-- Cuts the links of these owners, and ends at once what has no other owner. What cannot be decided
-- now is left to the next sweep.
create or replace function lastwill.visit_drafts_end(owners bigint[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  cut_owners bigint[];
  cut_keys bigint[];
  decided bigint[];
begin
  with cut as (
    delete from lastwill.visit_drafts as link
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
    decided := lastwill.visit_drafts_decide(cut_keys);
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
    'visit.drafts',
    cut.owned_key::text,
    cut.owner_key::text,
    case
      when exists (select from public.drafts as owned where owned.id = cut.owned_key) then now()
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

revoke all on function lastwill.visit_drafts_end(bigint[]) from public;

comment on function lastwill.visit_drafts_end(bigint[]) is
  'Cuts the links of these owners and ends at once the drafts that no other owner names. [lastwill 45af150a6235]';

-- Cuts the links of these owners, but for rows they still name, and releases what they were
-- tied to. It asks neither for locks nor for other owners, nor whether the rows are there (one may
-- be just being inserted): the sweep does, when the grace is over.
create or replace function lastwill.visit_drafts_release(
  owners bigint[],
  still_named bigint[] default '{}'
)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  with cut as (
    delete from lastwill.visit_drafts as link
    where link.owner_key = any(owners)
      and link.owned_key <> all(still_named)
    returning link.owner_key, link.owned_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.drafts', cut.owned_key::text, cut.owner_key::text, now() + interval '10 minutes'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_release(bigint[], bigint[]) from public;

comment on function lastwill.visit_drafts_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 10 minutes. [lastwill 94284c1815a4]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.visit_documents_decide(keys bigint[])
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
    from only public.documents as owned
    where owned.id = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public.documents as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and not exists (
      select
      from public.visit_documents as tie
      where tie.document_id operator(pg_catalog.=) owned.id
        and tie.visit_id is not null
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.documents']::text[]
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
      from only public.documents as owned
      where owned.id = done.key
        and not exists (
          select
          from public.visit_documents as tie
          where tie.document_id operator(pg_catalog.=) owned.id
            and tie.visit_id is not null
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.documents']::text[]
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

revoke all on function lastwill.visit_documents_decide(bigint[]) from public;

comment on function lastwill.visit_documents_decide(bigint[]) is
  'Ends those of these documents that no owner has any more; gives what it could decide. [lastwill e581fb7493b6]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.visit_documents_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'visit.documents'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.visit_documents_decide(keys);
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
        'visit', 'visit.documents', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.documents' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.documents as owned
        where owned.id =
          case when entry.edge = 'visit.documents' then cast(entry.owned_key as bigint) end
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
    from public.documents as owned
    where owned.id = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'visit.documents'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.visit_documents_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_documents_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released documents whose grace is over. [lastwill 468d14012dc8]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.visit_documents_end(owners text[])
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
          where waiting.edge = 'visit.documents'
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
    decided := lastwill.visit_documents_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  -- It asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.documents' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_end(text[]) from public;

comment on function lastwill.visit_documents_end(text[]) is
  'Ends at once the documents that these owners let go of and that no other has. [lastwill ed7ae7320d6e]';

-- Rows of public.visit_documents that are gone: what they tied is released. Where they went with the row of
-- public.visits that is done already, unless one statement deleted both: then the row has nobody and
-- has not ended.
create or replace function lastwill.visit_documents_left()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.documents', gone.document_id::text, gone.visit_id::text, now() + interval '10 minutes'
  from gone
  join public.documents as owned on owned.id = gone.document_id
  where gone.visit_id is not null
    and (
      exists (
        select
        from public.visits as parent
        where parent.id = gone.visit_id
      )
      or (
        not exists (
          select
          from public.visit_documents as tie
          where tie.document_id operator(pg_catalog.=) owned.id
            and tie.visit_id is not null
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.documents']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
      )
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = 'visit.documents'
        and entry.owned_key = gone.document_id::text
        and entry.owner_key = gone.visit_id::text
    );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_left() from public;

comment on function lastwill.visit_documents_left() is
  'Releases the documents that deleted rows of visit_documents tied. [lastwill 07bc111231f9]';

-- Once for each statement, with all its rows, whoever deletes them.
create or replace trigger lastwill_visit_documents_left
  after delete on public.visit_documents
  referencing old table as gone
  for each statement
  execute function lastwill.visit_documents_left();

comment on trigger lastwill_visit_documents_left on public.visit_documents is
  'Releases the documents that deleted rows of visit_documents tied. [lastwill 3d2fa538259b]';

-- A row of public.visit_documents that ties another row than before, or none: the former one is released.
create or replace function lastwill.visit_documents_moved()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.documents', old.document_id::text, old.visit_id::text, now() + interval '10 minutes'
  where exists (
    select
    from public.documents as owned
    where owned.id = old.document_id
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_moved() from public;

comment on function lastwill.visit_documents_moved() is
  'Releases the documents that changed rows of visit_documents tied before. [lastwill 4fd5567c5bda]';

-- Only when what the row tied is tied by it no more.
create or replace trigger lastwill_visit_documents_moved
  after update of document_id, visit_id on public.visit_documents
  for each row
  when (
    old.document_id is not null
    and old.visit_id is not null
    and (old.document_id is distinct from new.document_id or new.visit_id is null)
  )
  execute function lastwill.visit_documents_moved();

comment on trigger lastwill_visit_documents_moved on public.visit_documents is
  'Releases the documents that changed rows of visit_documents tied before. [lastwill 7cb02a151751]';

-- Takes back documents that rows of visit_documents tie again.
create or replace function lastwill.visit_documents_tied()
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
      where entry.edge = any(array['visit.documents']::text[])
        and entry.owned_key = new.document_id::text
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

revoke all on function lastwill.visit_documents_tied() from public;

comment on function lastwill.visit_documents_tied() is
  'Takes back documents that rows of visit_documents tie again. [lastwill 71af23816138]';

-- A row that names none of the two ties nothing.
create or replace trigger lastwill_visit_documents_tied
  after insert or update of document_id, visit_id on public.visit_documents
  for each row
  when (new.document_id is not null and new.visit_id is not null)
  execute function lastwill.visit_documents_tied();

comment on trigger lastwill_visit_documents_tied on public.visit_documents is
  'Takes back documents that rows of visit_documents tie again. [lastwill 6f1e48b64a71]';

-- public.visit_documents is about to be emptied by TRUNCATE, which shows a trigger no rows: what they tie is
-- released before.
create or replace function lastwill.visit_documents_emptied()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.documents', tie.document_id::text, tie.visit_id::text, now() + interval '10 minutes'
  from public.visit_documents as tie
  where tie.document_id is not null
    and tie.visit_id is not null;

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_emptied() from public;

comment on function lastwill.visit_documents_emptied() is
  'Releases the documents that visit_documents tied before a TRUNCATE. [lastwill 9a6f9bd5b140]';

-- Before: afterwards nobody could say which rows there were.
create or replace trigger lastwill_visit_documents_emptied
  before truncate on public.visit_documents
  for each statement
  execute function lastwill.visit_documents_emptied();

comment on trigger lastwill_visit_documents_emptied on public.visit_documents is
  'Releases the documents that visit_documents tied before a TRUNCATE. [lastwill 23f81102c3a8]';

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

-- Only when the key is written, and is another one.
create or replace trigger lastwill_visit_renamed
  after update of id on public.visits
  for each row
  when (old.id is distinct from new.id)
  execute function lastwill.visit_changed();

comment on trigger lastwill_visit_renamed on public.visits is
  'Has what belongs to a row of visits follow it to another key. [lastwill 5605ab65f56a]';

-- A row of public.visits that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.visit_leaving()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.carts', owned.id::text, old.id::text, now() + interval '5 minutes'
  from public.carts as owned
  where owned.visit_id = old.id;

  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.documents', tie.document_id::text, old.id::text, now() + interval '10 minutes'
  from public.visit_documents as tie
  where tie.visit_id = old.id
    and tie.document_id is not null;

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_leaving() from public;

comment on function lastwill.visit_leaving() is
  'Releases what foreign keys tie to a row of visits that goes. [lastwill c9d41eb8d6ee]';

-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger "Lastwill_visit_leaving"
  after delete on public.visits
  for each row
  execute function lastwill.visit_leaving();

comment on trigger "Lastwill_visit_leaving" on public.visits is
  'Releases what foreign keys tie to a row of visits that goes. [lastwill 807ca52a8051]';

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
  perform lastwill.visit_carts_end(expired::text[]);
  perform lastwill.visit_drafts_end(expired);
  perform lastwill.visit_documents_end(expired::text[]);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits had. [lastwill cf0a73ee02e0]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_visit_deleted
  after delete on public.visits
  referencing old table as gone
  for each statement
  execute function lastwill.visit_deleted();

comment on trigger lastwill_visit_deleted on public.visits is
  'Lets go of what deleted rows of visits had. [lastwill 769fc37dbedd]';

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

-- The other triggers see nothing of a TRUNCATE.
create or replace trigger lastwill_visit_truncated
  after truncate on public.visits
  for each statement
  execute function lastwill.visit_truncated();

comment on trigger lastwill_visit_truncated on public.visits is
  'Lets go of what visits had before a TRUNCATE. [lastwill 427fb28fd239]';

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

-- Ties what the rows of public.visits name already, from before the triggers were there. It may be cut
-- off at any moment: called again, it goes on where it was. Once it has come to the end, a call
-- begins anew, and with anew => true it does so in any case.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables of yours is done by a function that has one.
create or replace procedure lastwill.visit_backfill(anew boolean default false)
  language plpgsql
as $lastwill$
#variable_conflict use_variable
declare
  -- Whoever waits for a row of ours must have it well within the second after which PostgreSQL
  -- looks for deadlocks, and may pick him as the victim.
  aim constant double precision := 0.1;
  max_rows integer := 500;
  more boolean;
  started timestamptz;
  seconds double precision;
  went_on timestamptz := pg_catalog.clock_timestamp();
  pause double precision := 0.5;
begin
  commit;
  set transaction isolation level read committed;

  insert into lastwill.backfill as begun (name)
  values ('visit_backfill')
  on conflict (name) do update
  set last_key = null, begun_at = pg_catalog.now()
  where anew;

  loop
    commit;
    set transaction isolation level read committed;
    started := pg_catalog.clock_timestamp();
    more := lastwill.visit_backfill_batch(max_rows);
    commit;
    set transaction isolation level read committed;
    exit when not more;

    if more then
      went_on := pg_catalog.clock_timestamp();
      -- A clock may be coarse, or set back.
      seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
      max_rows := least(greatest(max_rows * least(greatest(aim / seconds, 0.125), 2), 1), 20000);
      pause := 0.5;
    elsif pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
      -- Fewer, down to the one row that somebody holds on to: it is waited for, and not left out.
      max_rows := greatest(max_rows / 8, 1);
      perform pg_catalog.pg_sleep(pause);
      pause := least(pause * 2, 5);
    else
      raise exception using
        errcode = '55P03',
        message =
          'rows of public.visits have been locked by others for 10 minutes',
        hint = 'What was done is done. Call it again, or run migrate up again, when nobody does.';
    end if;
  end loop;

  -- Of a table that nobody has analyzed yet a sweep would read all, for each batch.
  if
    exists (select from lastwill.visit_drafts offset 1000)
  then
    analyze
      lastwill.visit_drafts;
  end if;
end;
$lastwill$;

revoke all on procedure lastwill.visit_backfill(boolean) from public;

comment on procedure lastwill.visit_backfill(boolean) is
  'Ties what the rows of visits name already. May be called again at any time: it goes on where it was cut off, or with anew => true from the beginning. It commits. [lastwill f6733cc35583]';

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

  update public.carts as owned
  set visit_id = new_key
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) 'visit.carts'
    and entry.owner_key operator(pg_catalog.=) old_key::text
    and owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    and owned.visit_id is null;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- visit.documents
  update public.visit_documents as tie
  set visit_id = new_key
  where tie.visit_id operator(pg_catalog.=) old_key
    and not exists (
      select
      from public.visit_documents as same
      where same.visit_id operator(pg_catalog.=) new_key
        and same.document_id operator(pg_catalog.=) tie.document_id
    );

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- Locked first: one that a sweep is just ending is left out, and no foreign key complains.
  insert into public.visit_documents (visit_id, document_id)
  select distinct new_key, waiting.key
  from (
    select owned.id as key
    from lastwill.released as entry
    join public.documents as owned
      on owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    where entry.edge operator(pg_catalog.=) 'visit.documents'
      and entry.owner_key operator(pg_catalog.=) old_key::text
    for key share of owned
  ) as waiting
  where not exists (
    select
    from public.visit_documents as same
    where same.visit_id operator(pg_catalog.=) new_key
      and same.document_id operator(pg_catalog.=) waiting.key
  );

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  delete from public.visit_documents as tie
  where tie.visit_id operator(pg_catalog.=) old_key;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['visit.carts', 'visit.documents']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_visit(bigint, bigint) from public;

comment on function lastwill.adopt_visit(bigint, bigint) is
  'Ties what belongs to one row of visits to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill a1dec8b372a2]';

-- How much of public.visits is due: counted up to 1,000 rows, and beyond that from a sample of a
-- thousand pages, so that looking costs the same however large the table is. And whether an index
-- finds what is due. What is in quarantine is not counted: it waits for something else.
create or replace function lastwill.visit_backlog(
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size('public.visits') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(array['expires_at']::text[]) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass('public.visits')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only public.visits as owner
    where owner.expires_at <= now()
      and owner.id::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'visit'
          and kept.next_try > now()
      )
    limit 1000
  ) as counted;

  if due < 1000 then
    return;
  end if;

  page_share := least(1000.0 / pages, 1);

  -- The same pages each time, so that two workers come to the same conclusion.
  select
    round(
      count(*) filter (
        where owner.expires_at <= now()
          and owner.id::text not in (
            select kept.key
            from lastwill.quarantine as kept
            where kept.edge = 'visit'
              and kept.next_try > now()
          )
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only public.visits as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$lastwill$;

revoke all on function lastwill.visit_backlog() from public;

comment on function lastwill.visit_backlog() is
  'How many rows of visits are due, and of how many. [lastwill 125635e4e813]';

-- Locks up to max_rows rows of public.visits that could not end together, and gives their places and
-- keys.
create or replace function lastwill.visit_due_again(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = visit_due_again.run
    and in_hand.step = 'visit';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, owner.id::text as key
      from only public.visits as owner
      where owner.ctid = any(all_places[:max_rows])
        and owner.expires_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'visit'
            and kept.next_try > now()
        )
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = visit_due_again.run
      and in_hand.step = 'visit';
  end loop;
end;
$lastwill$;

revoke all on function lastwill.visit_due_again(bigint, integer) from public;

comment on function lastwill.visit_due_again(bigint, integer) is
  'Locks expired rows of visits whose batch failed. [lastwill 845376f648b3]';

-- Locks up to max_rows expired rows of public.visits, page by page, in windows that no other worker
-- has, and gives their places and keys. Nothing more when every window has been somebody's.
-- Where they are few and far between it looks no longer than what it has locked may wait.
--
-- Whatever the statistics say, an index on the expiry must not be asked for each window anew.
create or replace function lastwill.visit_due_in_heap(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_indexscan = off
as $lastwill$
#variable_conflict use_variable
declare
  window_pages constant bigint := 128;
  n_windows bigint;
  number bigint;
  last_number bigint;
  from_place tid;
  to_place tid;
  found_places tid[];
  found_keys text[];
begin
  select in_hand.windows, in_hand.last_window, in_hand.place, in_hand.window_end
  into n_windows, last_number, from_place, to_place
  from lastwill.sweep_step as in_hand
  where in_hand.run = visit_due_in_heap.run
    and in_hand.step = 'visit';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval('lastwill.visit_window');
      last_number := coalesce(last_number, number + n_windows - 1);

      if number > last_number then
        n_windows := null;
        exit;
      end if;

      -- No row has the number 0 on its page.
      from_place := format('(%s,0)', number % n_windows * window_pages)::tid;
      to_place := format('(%s,0)', (number % n_windows + 1) * window_pages)::tid;
    end if;

    select array_agg(due.place), array_agg(due.key)
    into found_places, found_keys
    from (
      select owner.ctid as place, owner.id::text as key
      from only public.visits as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and owner.expires_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'visit'
            and kept.next_try > now()
        )
      limit max_rows - coalesce(cardinality(places), 0)
      for update skip locked
    ) as due;

    places := places || found_places;
    keys := keys || found_keys;

    if cardinality(places) >= max_rows then
      from_place := (
        select max(found.place)
        from unnest(found_places) as found (place)
      );
      exit;
    end if;

    from_place := null;
    exit when places is not null and clock_timestamp() > now() + interval '0.2 s';
  end loop;

  update lastwill.sweep_step as in_hand
  set windows = n_windows,
      last_window = last_number,
      place = from_place,
      window_end = to_place
  where in_hand.run = visit_due_in_heap.run
    and in_hand.step = 'visit';
end;
$lastwill$;

revoke all on function lastwill.visit_due_in_heap(bigint, integer) from public;

comment on function lastwill.visit_due_in_heap(bigint, integer) is
  'Locks expired rows of visits, page by page. [lastwill f9582abd161e]';

-- Locks up to max_rows expired rows of public.visits, the oldest first, and gives their places and
-- keys. One that was renewed before we had its lock is seen renewed and left alone; one that
-- somebody is writing to is skipped. While we hold its lock a row stays in its place. A table that
-- inherits from this one has places of its own.
create or replace function lastwill.visit_due_by_expiry(
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, owner.id::text as key
    from only public.visits as owner
    where owner.expires_at <= now()
      and owner.id::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'visit'
          and kept.next_try > now()
      )
    order by owner.expires_at
    limit max_rows
    for update skip locked
  ) as due;
end;
$lastwill$;

revoke all on function lastwill.visit_due_by_expiry(integer) from public;

comment on function lastwill.visit_due_by_expiry(integer) is
  'Locks expired rows of visits, the oldest first. [lastwill 364b2ad65511]';

-- Deletes rows of public.visits that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on public.visits, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.visit_end_rows(run bigint, places tid[], keys text[])
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
      delete from only public.visits as owner
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
          'visit', 'visit', owner.id::text, '02000', 'delete left the row where it was'
        )
        from only public.visits as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'visit', 'visit', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = visit_end_rows.run
        and in_hand.step = 'visit';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.visit_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.visit_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.visit_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of visits that the sweep has locked. [lastwill 0ab21fc32be5]';

-- Ends up to max_rows expired rows of public.visits, and with each of them what it owns. Gives how
-- many rows it dealt with: 0 when none is due, null when some could not be had and are to be tried
-- again in a smaller batch.
--
-- Foreign keys plan their own statements, once in a connection: an index is the shortest way to
-- the few rows of one owner, a bitmap a detour.
create or replace function lastwill.visit_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
  set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  -- One row that cannot end takes no more than so many others back with it.
  part constant integer := 1000;
  places tid[];
  keys text[];
  all_had boolean := true;
begin
  select due.places, due.keys
  into places, keys
  from lastwill.visit_due_again(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.visit_due_in_heap(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.visit_due_by_expiry(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.visit_end_rows(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$lastwill$;

revoke all on function lastwill.visit_sweep_batch(bigint, integer) from public;

comment on function lastwill.visit_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends expired rows of visits. [lastwill afcfc3d7e326]';

-- Writes down that a session is there, and for how long: called at every request that renews it.
-- A time to live of 0 ends it at the next sweep. Gives when it expires.
create or replace function lastwill.touch_away(key text, ttl interval)
  returns timestamptz
  language sql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  insert into lastwill.away as kept (key, expires_at)
  values (touch_away.key, now() + touch_away.ttl)
  on conflict on constraint away_pkey do update
  set expires_at = excluded.expires_at
  returning kept.expires_at;
$lastwill$;

revoke all on function lastwill.touch_away(text, interval) from public;

comment on function lastwill.touch_away(text, interval) is
  'Writes down that a session is there and for how long; gives when it expires. With a ttl of 0 the next sweep ends it. [lastwill 4fcd8abf4375]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.away_drafts_decide(keys bigint[])
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
      from lastwill.visit_drafts as link
      where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
    )
    and owned.sid is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.drafts', 'away.drafts']::text[]
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
          from lastwill.visit_drafts as link
          where link.owned_key operator(pg_catalog.=) cast(owned.id as bigint)
        )
        and owned.sid is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['visit.drafts', 'away.drafts']::text[]
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

revoke all on function lastwill.away_drafts_decide(bigint[]) from public;

comment on function lastwill.away_drafts_decide(bigint[]) is
  'Ends those of these drafts that no owner has any more; gives what it could decide. [lastwill e94d4e329e9b]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.away_drafts_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'away.drafts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.away_drafts_decide(keys);
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
        'away', 'away.drafts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'away.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.drafts as owned
        where owned.id =
          case when entry.edge = 'away.drafts' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'away.drafts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.away_drafts_sweep_batch(bigint, integer) from public;

comment on function lastwill.away_drafts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released drafts whose grace is over. [lastwill ad1efc20560f]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.away_drafts_end(owners text[])
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
          where waiting.edge = 'away.drafts'
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
    decided := lastwill.away_drafts_decide(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  -- As a condition, not as a join: a look-up in a hash, whatever the planner thinks of the queue.
  -- It asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'away.drafts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.away_drafts_end(text[]) from public;

comment on function lastwill.away_drafts_end(text[]) is
  'Ends at once the drafts that these owners let go of and that no other has. [lastwill 334136e1fa3d]';

-- Takes back drafts whose sid is set again.
create or replace function lastwill.away_drafts_tied()
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
      where entry.edge = any(array['visit.drafts', 'away.drafts']::text[])
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

revoke all on function lastwill.away_drafts_tied() from public;

comment on function lastwill.away_drafts_tied() is
  'Takes back drafts whose sid is set again. [lastwill 32ca5b9811bc]';

-- Only when the column names an owner, and not the one that it named.
create or replace trigger lastwill_away_drafts_tied
  after update of sid on public.drafts
  for each row
  when (new.sid is not null and new.sid is distinct from old.sid)
  execute function lastwill.away_drafts_tied();

comment on trigger lastwill_away_drafts_tied on public.drafts is
  'Takes back drafts whose sid is set again. [lastwill c0bd4a17bff8]';

-- A row of lastwill.away that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.away_leaving()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'away.drafts', owned.id::text, old.key::text, now() + interval '0 seconds'
  from public.drafts as owned
  where owned.sid = old.key;

  return null;
end;
$lastwill$;

revoke all on function lastwill.away_leaving() from public;

comment on function lastwill.away_leaving() is
  'Releases what foreign keys tie to a row of lastwill.away that goes. [lastwill 1693b0b9aeda]';

-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger "Lastwill_away_leaving"
  after delete on lastwill.away
  for each row
  execute function lastwill.away_leaving();

comment on trigger "Lastwill_away_leaving" on lastwill.away is
  'Releases what foreign keys tie to a row of lastwill.away that goes. [lastwill c9bf9d8cc82b]';

-- Rows of lastwill.away that are gone, whoever deleted them, one or a million.
create or replace function lastwill.away_deleted()
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
    array_agg(gone.key) filter (
      where gone.expires_at <= now()
    ),
    array_agg(gone.key) filter (
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
    select array_agg(standing.key)
    into back
    from lastwill.away as standing
    where standing.key = any(expired || left_early);
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
  perform lastwill.away_drafts_end((expired || left_early)::text[]);

  return null;
end;
$lastwill$;

revoke all on function lastwill.away_deleted() from public;

comment on function lastwill.away_deleted() is
  'Lets go of what deleted rows of lastwill.away had. [lastwill c1aef17a6e2d]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_away_deleted
  after delete on lastwill.away
  referencing old table as gone
  for each statement
  execute function lastwill.away_deleted();

comment on trigger lastwill_away_deleted on lastwill.away is
  'Lets go of what deleted rows of lastwill.away had. [lastwill fc3910dd95c5]';

-- Ties what belongs to one row of lastwill.away to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_away(old_key text, new_key text)
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
  from lastwill.away as owner
  where owner.key = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of lastwill.away with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- away.drafts
  update public.drafts as owned
  set sid = new_key
  where owned.sid operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  update public.drafts as owned
  set sid = new_key
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) 'away.drafts'
    and entry.owner_key operator(pg_catalog.=) old_key::text
    and owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    and owned.sid is null;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['away.drafts']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_away(text, text) from public;

comment on function lastwill.adopt_away(text, text) is
  'Ties what belongs to one row of lastwill.away to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill a49a07d8d479]';

-- How much of lastwill.away is due: counted up to 1,000 rows, and beyond that from a sample of a
-- thousand pages, so that looking costs the same however large the table is. And whether an index
-- finds what is due. What is in quarantine is not counted: it waits for something else.
create or replace function lastwill.away_backlog(
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size('lastwill.away') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(array['expires_at']::text[]) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass('lastwill.away')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only lastwill.away as owner
    where owner.expires_at <= now()
      and owner.key::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'away'
          and kept.next_try > now()
      )
    limit 1000
  ) as counted;

  if due < 1000 then
    return;
  end if;

  page_share := least(1000.0 / pages, 1);

  -- The same pages each time, so that two workers come to the same conclusion.
  select
    round(
      count(*) filter (
        where owner.expires_at <= now()
          and owner.key::text not in (
            select kept.key
            from lastwill.quarantine as kept
            where kept.edge = 'away'
              and kept.next_try > now()
          )
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only lastwill.away as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$lastwill$;

revoke all on function lastwill.away_backlog() from public;

comment on function lastwill.away_backlog() is
  'How many rows of lastwill.away are due, and of how many. [lastwill fefb696eb921]';

-- Locks up to max_rows rows of lastwill.away that could not end together, and gives their places and
-- keys.
create or replace function lastwill.away_due_again(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = away_due_again.run
    and in_hand.step = 'away';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, owner.key::text as key
      from only lastwill.away as owner
      where owner.ctid = any(all_places[:max_rows])
        and owner.expires_at <= now()
        and owner.key::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'away'
            and kept.next_try > now()
        )
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = away_due_again.run
      and in_hand.step = 'away';
  end loop;
end;
$lastwill$;

revoke all on function lastwill.away_due_again(bigint, integer) from public;

comment on function lastwill.away_due_again(bigint, integer) is
  'Locks expired rows of lastwill.away whose batch failed. [lastwill 415b7b242d27]';

-- Locks up to max_rows expired rows of lastwill.away, page by page, in windows that no other worker
-- has, and gives their places and keys. Nothing more when every window has been somebody's.
-- Where they are few and far between it looks no longer than what it has locked may wait.
--
-- Whatever the statistics say, an index on the expiry must not be asked for each window anew.
create or replace function lastwill.away_due_in_heap(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_indexscan = off
as $lastwill$
#variable_conflict use_variable
declare
  window_pages constant bigint := 128;
  n_windows bigint;
  number bigint;
  last_number bigint;
  from_place tid;
  to_place tid;
  found_places tid[];
  found_keys text[];
begin
  select in_hand.windows, in_hand.last_window, in_hand.place, in_hand.window_end
  into n_windows, last_number, from_place, to_place
  from lastwill.sweep_step as in_hand
  where in_hand.run = away_due_in_heap.run
    and in_hand.step = 'away';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval('lastwill.away_window');
      last_number := coalesce(last_number, number + n_windows - 1);

      if number > last_number then
        n_windows := null;
        exit;
      end if;

      -- No row has the number 0 on its page.
      from_place := format('(%s,0)', number % n_windows * window_pages)::tid;
      to_place := format('(%s,0)', (number % n_windows + 1) * window_pages)::tid;
    end if;

    select array_agg(due.place), array_agg(due.key)
    into found_places, found_keys
    from (
      select owner.ctid as place, owner.key::text as key
      from only lastwill.away as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and owner.expires_at <= now()
        and owner.key::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'away'
            and kept.next_try > now()
        )
      limit max_rows - coalesce(cardinality(places), 0)
      for update skip locked
    ) as due;

    places := places || found_places;
    keys := keys || found_keys;

    if cardinality(places) >= max_rows then
      from_place := (
        select max(found.place)
        from unnest(found_places) as found (place)
      );
      exit;
    end if;

    from_place := null;
    exit when places is not null and clock_timestamp() > now() + interval '0.2 s';
  end loop;

  update lastwill.sweep_step as in_hand
  set windows = n_windows,
      last_window = last_number,
      place = from_place,
      window_end = to_place
  where in_hand.run = away_due_in_heap.run
    and in_hand.step = 'away';
end;
$lastwill$;

revoke all on function lastwill.away_due_in_heap(bigint, integer) from public;

comment on function lastwill.away_due_in_heap(bigint, integer) is
  'Locks expired rows of lastwill.away, page by page. [lastwill dda5e045bcc4]';

-- Locks up to max_rows expired rows of lastwill.away, the oldest first, and gives their places and
-- keys. One that was renewed before we had its lock is seen renewed and left alone; one that
-- somebody is writing to is skipped. While we hold its lock a row stays in its place. A table that
-- inherits from this one has places of its own.
create or replace function lastwill.away_due_by_expiry(
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, owner.key::text as key
    from only lastwill.away as owner
    where owner.expires_at <= now()
      and owner.key::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'away'
          and kept.next_try > now()
      )
    order by owner.expires_at
    limit max_rows
    for update skip locked
  ) as due;
end;
$lastwill$;

revoke all on function lastwill.away_due_by_expiry(integer) from public;

comment on function lastwill.away_due_by_expiry(integer) is
  'Locks expired rows of lastwill.away, the oldest first. [lastwill 59ab8e14d87c]';

-- Deletes rows of lastwill.away that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on lastwill.away, as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.away_end_rows(run bigint, places tid[], keys text[])
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
      delete from only lastwill.away as owner
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
          'away', 'away', owner.key::text, '02000', 'delete left the row where it was'
        )
        from only lastwill.away as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'away'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'away', 'away', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = away_end_rows.run
        and in_hand.step = 'away';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.away_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.away_end_rows(bigint, tid[], text[]) from public;

comment on function lastwill.away_end_rows(bigint, tid[], text[]) is
  'Deletes expired rows of lastwill.away that the sweep has locked. [lastwill b66164dfdcac]';

-- Ends up to max_rows expired rows of lastwill.away, and with each of them what it owns. Gives how
-- many rows it dealt with: 0 when none is due, null when some could not be had and are to be tried
-- again in a smaller batch.
--
-- Foreign keys plan their own statements, once in a connection: an index is the shortest way to
-- the few rows of one owner, a bitmap a detour.
create or replace function lastwill.away_sweep_batch(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
  set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  -- One row that cannot end takes no more than so many others back with it.
  part constant integer := 1000;
  places tid[];
  keys text[];
  all_had boolean := true;
begin
  select due.places, due.keys
  into places, keys
  from lastwill.away_due_again(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.away_due_in_heap(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.away_due_by_expiry(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.away_end_rows(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$lastwill$;

revoke all on function lastwill.away_sweep_batch(bigint, integer) from public;

comment on function lastwill.away_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends expired rows of lastwill.away. [lastwill da1aaa77360e]';

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
      array['visit', 'visit.carts', 'visit.drafts', 'visit.documents']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    ),
    (
      'away',
      array['away', 'away.drafts']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill 169160615ae0]';
comment on column lastwill.sweep_setting.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_setting.steps is
  'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'For how many days a run stays in the log.';

-- How much of one owner is due.
create or replace function lastwill.sweep_backlog(
  owner text,
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owner
    when 'visit' then
      select backlog.due, backlog.total, backlog.pages, backlog.indexed
      into due, total, pages, indexed
      from lastwill.visit_backlog() as backlog;
    when 'away' then
      select backlog.due, backlog.total, backlog.pages, backlog.indexed
      into due, total, pages, indexed
      from lastwill.away_backlog() as backlog;
  end case;
end;
$lastwill$;

revoke all on function lastwill.sweep_backlog(text) from public;

comment on function lastwill.sweep_backlog(text) is
  'How much of an owner is due. [lastwill 427b45cdd946]';

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
      when 'visit.carts' then lastwill.visit_carts_sweep_batch(run, max_rows)
      when 'visit.drafts' then lastwill.visit_drafts_sweep_batch(run, max_rows)
      when 'visit.documents' then lastwill.visit_documents_sweep_batch(run, max_rows)
      when 'away' then lastwill.away_sweep_batch(run, max_rows)
      when 'away.drafts' then lastwill.away_drafts_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill f353ee3cc3c1]';

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'visit.carts'::text as edge,
  'visit'::text as owner,
  'public.carts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.carts'::regclass,
    'visit_id',
    'public.visits'::regclass,
    'id'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '5 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace

union all

select
  'visit.cart_items'::text as edge,
  'visit'::text as owner,
  'public.cart_items'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  2 as depth,
  'visit.carts'::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.cart_items'::regclass,
    'cart_id',
    'public.carts'::regclass,
    'id'
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
  'visit.drafts'::text as edge,
  'visit'::text as owner,
  'public.drafts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'data'::text as kind,
  format(
    '%s.%s',
    'public.visits'::regclass,
    'data → draft'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '10 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  'release'::text as on_replace

union all

select
  'visit.documents'::text as edge,
  'visit'::text as owner,
  'public.documents'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'through'::text as kind,
  format(
    'through %s: %s, %s',
    'public.visit_documents'::regclass,
    'visit_id',
    'document_id'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '10 minutes' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace

union all

select
  'away.drafts'::text as edge,
  'away'::text as owner,
  'public.drafts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.drafts'::regclass,
    'sid',
    'lastwill.away'::regclass,
    'key'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '0 seconds' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 35d667ba6e5c]';
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
  'visit.cart_items'::text as edge,
  'public.cart_items'::regclass::text as owned,
  owned_2.id::text as owned_key,
  2 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  'visit.carts' as parent_edge,
  owned_1.id::text as parent_key
from public.visits as owner
join public.carts as owned_1 on owned_1.visit_id = owner.id
join public.cart_items as owned_2 on owned_2.cart_id = owned_1.id

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
  'visit.documents'::text as edge,
  'public.documents'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.id::text as parent_key
from public.visits as owner
join public.visit_documents as tie_1 on tie_1.visit_id = owner.id
join public.documents as owned_1 on owned_1.id = tie_1.document_id

union all

select
  'away'::text as owner,
  owner.key::text as owner_key,
  'away.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned_1.id::text as owned_key,
  1 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  null::text as parent_edge,
  owner.key::text as parent_key
from lastwill.away as owner
join public.drafts as owned_1 on owned_1.sid = owner.key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill 5c6bb18a239d]';
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

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'visit.documents'::text as edge,
  'public.documents'::regclass::text as owned,
  owned.id::text as owned_key
from public.documents as owned
where not exists (
  select
  from public.visit_documents as tie
  join public.visits as owner on owner.id = tie.visit_id
  where tie.document_id = owned.id
)
and not exists (
  select
  from lastwill.released as entry
  where entry.edge = any(array['visit.documents']::text[])
    and entry.owned_key = owned.id::text
)

union all

select
  'visit.carts'::text as edge,
  'public.carts'::regclass::text as owned,
  owned.id::text as owned_key
from public.carts as owned
where owned.visit_id is not null
  and not exists (
    select
    from only public.visits as parent
    where parent.id = owned.visit_id
  )

union all

select
  'visit.cart_items'::text as edge,
  'public.cart_items'::regclass::text as owned,
  owned.id::text as owned_key
from public.cart_items as owned
where owned.cart_id is not null
  and not exists (
    select
    from only public.carts as parent
    where parent.id = owned.cart_id
  )

union all

select
  'away.drafts'::text as edge,
  'public.drafts'::regclass::text as owned,
  owned.id::text as owned_key
from public.drafts as owned
where owned.sid is not null
  and not exists (
    select
    from only lastwill.away as parent
    where parent.key = owned.sid
  )
and not exists (
  select
  from lastwill.visit_drafts as link
  join public.visits as owner on owner.id = link.owner_key
  where link.owned_key = owned.id
);

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill fc97aee18f35]';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';

-- Where links and what owners name are not the same: something was written while triggers were off,
-- or was named before a guard held. As long as there is any, lastwill.release_orphans refuses: what
-- is named would look like an orphan.
create view lastwill.drift as
select
  'visit.drafts'::text as edge,
  'unlinked'::text as drift,
  owner.id::text as owner_key,
  owned.id::text as owned_key,
  'call lastwill.visit_backfill(anew => true);'::text as mend
from public.visits as owner
cross join lateral unnest(
  lastwill.visit_drafts_named(
    owner.data
  )
) as named (owned_key)
join public.drafts as owned on owned.id = named.owned_key
where (
    (owner.data -> 'draft') is not null
  )
  and not exists (
    select
    from lastwill.visit_drafts as link
    where link.owner_key operator(pg_catalog.=) cast(owner.id as bigint)
      and link.owned_key operator(pg_catalog.=) named.owned_key
  )

union all

select
  'visit.drafts'::text as edge,
  'ownerless'::text as drift,
  link.owner_key::text as owner_key,
  link.owned_key::text as owned_key,
  'call lastwill.visit_backfill(anew => true);'::text as mend
from lastwill.visit_drafts as link
where not exists (
  select
  from public.visits as owner
  where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
);

revoke all on table lastwill.drift from public;

comment on view lastwill.drift is
  'Where links and what owners name are not the same, as when triggers were off. Empty when all is well. [lastwill 8796e43631a7]';
comment on column lastwill.drift.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.drift.drift is
  'unlinked: an owner names the row, and no link says so; ownerless: the owner of a link is gone.';
comment on column lastwill.drift.owner_key is
  'The key of the owner, or of the row that names, as text.';
comment on column lastwill.drift.owned_key is 'The key of the row that is named, as text.';
comment on column lastwill.drift.mend is
  'The statement that ties anew, to be run by the role that migrates.';

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
    where entry.edge = any(array['visit.carts', 'visit.drafts', 'visit.documents']::text[])
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
) as last_run on true

union all

select
  'away'::text as owner,
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
    where entry.edge = any(array['away.drafts']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'away'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'away'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'away'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'away'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('away') as job
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
  from lastwill.away as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'away'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'away'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill a6598a16b7ef]';
comment on column lastwill.status.owner is 'The owner''s name in the manifest.';
comment on column lastwill.status.live is 'Rows that have not expired.';
comment on column lastwill.status.expired is 'Rows that are due and wait for the sweep.';
comment on column lastwill.status.oldest_due is
  'When the oldest of them fell due; null when nothing is due.';
comment on column lastwill.status.lag is
  'How long the oldest of them has been due; 0 when nothing is.';
comment on column lastwill.status.released is 'Owned rows that wait out their grace.';
comment on column lastwill.status.undecodable is
  'Owner rows whose data cannot be read: nothing is released for them.';
comment on column lastwill.status.quarantined is
  'Rows that the sweep could not end; see lastwill.quarantine.';
comment on column lastwill.status.held is
  'Whether the sweep holds because far too much is due at once; see lastwill.hold.';
comment on column lastwill.status.paused_until is
  'Until when the sweep is paused, see lastwill.pause; null when it is not.';
comment on column lastwill.status.last_run_at is
  'When the last run began; null before the first. A sweep that holds or pauses begins none.';
comment on column lastwill.status.last_run_rows is
  'What that run ended: owner rows and released rows, not counting what cascades.';
comment on column lastwill.status.job is 'The pg_cron job, or why there is none.';

-- Why one row of public.carts is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.visit_carts_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.carts;
  this public.carts;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.carts),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.carts as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'visit.carts'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else owned_1.visit_id::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  left join public.visits as owner on owner.id = owned_1.visit_id
  where owned_1.visit_id is not null;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['visit.carts']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['visit.carts']::text[])
    and kept.key = (asked).id::text;

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.visit_carts_why(text) from public;

comment on function lastwill.visit_carts_why(text) is
  'Why a row of carts is still there. [lastwill 71ec992753bb]';

-- Why one row of public.cart_items is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.visit_cart_items_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.cart_items;
  this public.cart_items;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.cart_items),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.cart_items as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'visit.cart_items'::text,
    case
      when owner.id is not null then 'owned'
      when owned_1.id is not null then 'unowned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else owned_2.cart_id::text
    end,
    array_remove(array[owned_1.id::text], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_2
  left join public.carts as owned_1 on owned_1.id = owned_2.cart_id
  left join public.visits as owner on owner.id = owned_1.visit_id
  where owned_2.cart_id is not null;
end;
$lastwill$;

revoke all on function lastwill.visit_cart_items_why(text) from public;

comment on function lastwill.visit_cart_items_why(text) is
  'Why a row of cart_items is still there. [lastwill 102966a0d3f2]';

-- Why one row of public.drafts is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.visit_drafts_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.drafts;
  this public.drafts;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.drafts),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.drafts as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'visit.drafts'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else link_1.owner_key::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  join lastwill.visit_drafts as link_1 on link_1.owned_key = (asked).id
  left join public.visits as owner on owner.id = link_1.owner_key
  where true;

  return query
  select
    'away.drafts'::text,
    case
      when owner.key is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.key is not null then owner.key::text
      else owned_1.sid::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'away'
        and kept.key = owner.key::text
    )
  from (
    select (this).*
  ) as owned_1
  left join lastwill.away as owner on owner.key = owned_1.sid
  where owned_1.sid is not null;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['visit.drafts', 'away.drafts']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['visit.drafts', 'away.drafts']::text[])
    and kept.key = (asked).id::text;

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_why(text) from public;

comment on function lastwill.visit_drafts_why(text) is
  'Why a row of drafts is still there. [lastwill b0372c34931d]';

-- Why one row of public.documents is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.visit_documents_why(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked public.documents;
  this public.documents;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.documents),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.documents as owned
      where owned.id = (asked).id;

      if found then
        is_there := true;
        asked := this;
      end if;
    exception
      -- No key of this table looks so.
      when data_exception then
        null;
    end;
  end if;

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  return query
  select
    'visit.documents'::text,
    case
      when owner.id is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.id is not null then owner.id::text
      else tie_1.visit_id::text
    end,
    array_remove('{}'::text[], null),
    owner.expires_at,
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'visit'
        and kept.key = owner.id::text
    )
  from (
    select (this).*
  ) as owned_1
  join public.visit_documents as tie_1 on tie_1.document_id = (asked).id
  left join public.visits as owner on owner.id = tie_1.visit_id
  where tie_1.visit_id is not null;

  return query
  select
    entry.edge,
    'released',
    -- A row that lingered was let go of by nobody: see lastwill.release_orphans.
    case
      when entry.owner_key not like 'orphan %' then entry.owner_key
    end,
    null::text[],
    entry.due_at,
    null::text
  from lastwill.released as entry
  where entry.edge = any(array['visit.documents']::text[])
    and entry.owned_key = (asked).id::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['visit.documents']::text[])
    and kept.key = (asked).id::text;

  -- Links are still being made of what was named before there were triggers.
  return query
  select
    null::text,
    'backfill',
    null::text,
    null::text[],
    begun.begun_at,
    begun.name
  from lastwill.backfill as begun
  where is_there;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_why(text) from public;

comment on function lastwill.visit_documents_why(text) is
  'Why a row of documents is still there. [lastwill 0d993bfcbf29]';

-- Why a row is still there: who owns it, what keeps it, what it waits for. A row for each reason;
-- none for a row that nobody owns and nothing keeps.
create or replace function lastwill.why(owned regclass, key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owned
    when 'public.carts'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.visit_carts_why(key) as given;
    when 'public.cart_items'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.visit_cart_items_why(key) as given;
    when 'public.drafts'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.visit_drafts_why(key) as given;
    when 'public.documents'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.visit_documents_why(key) as given;
    else
      raise exception using
        errcode = 'LW001',
        message = format('no edge declares the table %s', owned),
        hint = 'The tables that are declared: select owned, edge from lastwill.edge;';
  end case;
end;
$lastwill$;

revoke all on function lastwill.why(regclass, text) from public;

comment on function lastwill.why(regclass, text) is
  'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill 997ecc6d5913]';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.visits meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.visit_carts_untie(from_place tid, to_place tid, grace interval)
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
      and owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.visits in share mode;
    all_places := array(
      select owned.ctid
      from only public.carts as owned
      where owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
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
      insert into lastwill.released (edge, owned_key, owner_key, due_at)
      select
        'visit.carts',
        cast(owned.id as pg_catalog.text),
        cast(owned.visit_id as pg_catalog.text),
        pg_catalog.now() + grace
      from only public.carts as owned
      where owned.ctid operator(pg_catalog.=) any (places);

      update only public.carts as owned
      set visit_id = null
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
            'visit.carts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.visit_carts_untie(tid, tid, interval) from public;

comment on function lastwill.visit_carts_untie(tid, tid, interval) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill f18515eb00a1]';

-- Does to the rows of public.cart_items on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.carts meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.visit_cart_items_untie(from_place tid, to_place tid)
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
    from only public.cart_items as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.cart_id is not null
        and not exists (
          select
          from only public.carts as parent
          where parent.id operator(pg_catalog.=) owned.cart_id
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.carts in share mode;
    all_places := array(
      select owned.ctid
      from only public.cart_items as owned
      where owned.cart_id is not null
        and not exists (
          select
          from only public.carts as parent
          where parent.id operator(pg_catalog.=) owned.cart_id
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
      delete from only public.cart_items as owned
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
            'visit.cart_items', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.visit_cart_items_untie(tid, tid) from public;

comment on function lastwill.visit_cart_items_untie(tid, tid) is
  'Unties the rows of cart_items on these pages whose parent is not there. [lastwill a759f8d9248a]';

-- Does to the rows of public.visit_documents on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.visits meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.visit_documents_untie(from_place tid, to_place tid)
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
    from only public.visit_documents as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.visits in share mode;
    all_places := array(
      select owned.ctid
      from only public.visit_documents as owned
      where owned.visit_id is not null
        and not exists (
          select
          from only public.visits as parent
          where parent.id operator(pg_catalog.=) owned.visit_id
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
      delete from only public.visit_documents as owned
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
            'visit.documents', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_untie(tid, tid) from public;

comment on function lastwill.visit_documents_untie(tid, tid) is
  'Unties the rows of visit_documents on these pages whose parent is not there. [lastwill dd72d7a23a46]';

-- Does to the rows of public.drafts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to lastwill.away meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.away_drafts_untie(from_place tid, to_place tid, grace interval)
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
    from only public.drafts as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned.sid is not null
        and not exists (
          select
          from only lastwill.away as parent
          where parent.key operator(pg_catalog.=) owned.sid
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only lastwill.away in share mode;
    all_places := array(
      select owned.ctid
      from only public.drafts as owned
      where owned.sid is not null
        and not exists (
          select
          from only lastwill.away as parent
          where parent.key operator(pg_catalog.=) owned.sid
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
      insert into lastwill.released (edge, owned_key, owner_key, due_at)
      select
        'away.drafts',
        cast(owned.id as pg_catalog.text),
        cast(owned.sid as pg_catalog.text),
        pg_catalog.now() + grace
      from only public.drafts as owned
      where owned.ctid operator(pg_catalog.=) any (places);

      update only public.drafts as owned
      set sid = null
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
            'away.drafts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.away_drafts_untie(tid, tid, interval) from public;

comment on function lastwill.away_drafts_untie(tid, tid, interval) is
  'Unties the rows of drafts on these pages whose parent is not there. [lastwill 3659ee972efd]';

-- Hands to the sweep the rows of public.documents on these pages that nobody ties and that do not wait
-- already. It asks for no lock: the sweep does, and asks again who ties them.
create or replace function lastwill.visit_documents_hand_over(from_place tid, to_place tid, grace interval)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  n_rows bigint;
begin
  -- A row that names nobody gets the key of nobody: no claim and no adoption is to find it by that.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.documents', owned.id::text, 'orphan ' || gen_random_uuid(), now() + grace
  from only public.documents as owned
  where owned.ctid > from_place
    and owned.ctid < to_place
    and not exists (
      select
      from public.visit_documents as tie
      where tie.document_id operator(pg_catalog.=) owned.id
        and tie.visit_id is not null
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['visit.documents']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = any(array['visit.documents']::text[])
        and entry.owned_key = owned.id::text
      offset 0
    );

  get diagnostics n_rows = row_count;
  return n_rows;
end;
$lastwill$;

revoke all on function lastwill.visit_documents_hand_over(tid, tid, interval) from public;

comment on function lastwill.visit_documents_hand_over(tid, tid, interval) is
  'Hands to the sweep the rows of documents on these pages that nobody ties. [lastwill 3a65e9c07304]';

-- The steps by which rows that linger are handed to the sweep: those of one edge, or of all.
create or replace function lastwill.release_orphans_begin(edge text, grace interval)
  returns integer[]
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  if grace is null or grace < interval '0' then
    raise exception using
      errcode = 'LW001',
      message = format('the grace of orphans cannot be %s', coalesce(grace::text, 'null')),
      hint = 'Write how long rows that are just being made are given, as in: 10 minutes.';
  end if;

  if edge is not null and not exists (
    select
    from lastwill.edge as declared
    where declared.edge = release_orphans_begin.edge
  ) then
    raise exception using
      errcode = 'LW001',
      message = format('there is no edge %s', quote_ident(edge)),
      hint = (
        select format('The edges are: %s.', string_agg(declared.edge, ', '))
        from lastwill.edge as declared
      );
  end if;

  if exists (select from lastwill.backfill) then
    raise exception using
      errcode = 'LW001',
      message = 'a backfill is not finished, so rows that owners name may look like orphans',
      hint = (
        select format('Let it come to its end: call lastwill.%I();', begun.name)
        from lastwill.backfill as begun
        order by begun.begun_at
        limit 1
      );
  end if;

  -- What was written while triggers were off is named and not linked.
  if exists (
    select
    from lastwill.drift as drift
    where release_orphans_begin.edge is null
      or drift.edge in (
        select other.edge
        from lastwill.edge as other
        join lastwill.edge as this on this.owned = other.owned
        where this.edge = release_orphans_begin.edge
      )
  ) then
    raise exception using
      errcode = 'LW001',
      message = 'rows that owners name are not linked to them, and would look like orphans',
      hint = (
        select format('Tie anew, as the role that migrates: %s', string_agg(mend.statement, ' '))
        from (
          select distinct drift.mend as statement
          from lastwill.drift as drift
        ) as mend
      );
  end if;

  -- What sessions outside the database own looks lingering until each has been touched: never
  -- unless it is asked for by name.
  return array(
    select step.place
    from (
      values
        (1, 'visit.carts', false),
        (2, 'visit.cart_items', false),
        (3, 'visit.documents', false),
        (4, 'away.drafts', true),
        (5, 'visit.documents', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  'The steps by which rows that linger are handed to the sweep. [lastwill 50c6c7c69479]';

-- One batch of one step: the rows that linger on a few pages of a table. Gives the edge and how
-- many rows they were, null when somebody held a lock; no edge at the end of the table.
create or replace function lastwill.release_orphans_batch(
  step integer,
  batch bigint,
  grace interval,
  out edge text,
  out n_rows bigint
)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  pages constant bigint := 32;
  -- No row has the number 0 on its page.
  from_place constant tid := cast(format('(%s,0)', batch * pages) as tid);
  to_place constant tid := cast(format('(%s,0)', (batch + 1) * pages) as tid);
  owned regclass;
begin
  case step
    when 1 then
      edge := 'visit.carts';
      owned := 'public.carts';
    when 2 then
      edge := 'visit.cart_items';
      owned := 'public.cart_items';
    when 3 then
      edge := 'visit.documents';
      owned := 'public.visit_documents';
    when 4 then
      edge := 'away.drafts';
      owned := 'public.drafts';
    when 5 then
      edge := 'visit.documents';
      owned := 'public.documents';
  end case;

  if
    grace is null
    or batch * pages * current_setting('block_size')::bigint > pg_relation_size(owned)
  then
    edge := null;
    return;
  end if;

  -- Two at once would not see what the other hands over.
  perform pg_advisory_xact_lock(hashtext('lastwill.release_orphans'), step);

  case step
    when 1 then
      n_rows := lastwill.visit_carts_untie(from_place, to_place, grace);
    when 2 then
      n_rows := lastwill.visit_cart_items_untie(from_place, to_place);
    when 3 then
      n_rows := lastwill.visit_documents_untie(from_place, to_place);
    when 4 then
      n_rows := lastwill.away_drafts_untie(from_place, to_place, grace);
    when 5 then
      n_rows := lastwill.visit_documents_hand_over(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 0708d0d6926e]';

-- Which rows of public.visits lastwill.preview() is about: the one with the given key, or what the next
-- sweep would find due. It would pass by what another transaction has locked or changed. That can
-- be told, without waiting for it, where a row bears the number of one that is running; where
-- several share a lock it cannot.
create or replace function lastwill.visit_ending(owner_key text)
  returns table (rows bigint, sample text[], blocked_by text, places tid[])
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  running constant xid[] := array(
    select going.transactionid
    from pg_locks as going
    where going.locktype = 'transactionid'
      and going.mode = 'ExclusiveLock'
      and going.pid is distinct from pg_backend_pid()
  );
begin
  if owner_key is null then
    return query
    select
      count(*),
      (array_agg(due.key order by due.place))[:5],
      case when due.is_locked then 'a running transaction has locked or changed it' end,
      array_agg(due.place)
    from (
      select
        owner.ctid as place,
        owner.id::text as key,
        owner.xmax = any(running) as is_locked
      from only public.visits as owner
      where owner.expires_at <= now()
        and owner.id::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'visit'
            and kept.next_try > now()
        )
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(owner.id::text), null::text, array_agg(owner.ctid)
    from only public.visits as owner
    where owner.id = cast(owner_key as bigint)
    having count(*) > 0;

    if found then
      return;
    end if;
  exception
    when data_exception then
      -- A text that is no key of this type is nobody's.
      null;
  end;

  raise exception using
    errcode = 'LW001',
    message = 'no row of visits has this key',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$lastwill$;

revoke all on function lastwill.visit_ending(text) from public;

comment on function lastwill.visit_ending(text) is
  'Which rows of visits a preview is about. [lastwill aaeb34cb6746]';

-- Which rows of lastwill.away lastwill.preview() is about: the one with the given key, or what the next
-- sweep would find due. It would pass by what another transaction has locked or changed. That can
-- be told, without waiting for it, where a row bears the number of one that is running; where
-- several share a lock it cannot.
create or replace function lastwill.away_ending(owner_key text)
  returns table (rows bigint, sample text[], blocked_by text, places tid[])
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  running constant xid[] := array(
    select going.transactionid
    from pg_locks as going
    where going.locktype = 'transactionid'
      and going.mode = 'ExclusiveLock'
      and going.pid is distinct from pg_backend_pid()
  );
begin
  if owner_key is null then
    return query
    select
      count(*),
      (array_agg(due.key order by due.place))[:5],
      case when due.is_locked then 'a running transaction has locked or changed it' end,
      array_agg(due.place)
    from (
      select
        owner.ctid as place,
        owner.key::text as key,
        owner.xmax = any(running) as is_locked
      from only lastwill.away as owner
      where owner.expires_at <= now()
        and owner.key::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'away'
            and kept.next_try > now()
        )
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(owner.key::text), null::text, array_agg(owner.ctid)
    from only lastwill.away as owner
    where owner.key = cast(owner_key as text)
    having count(*) > 0;

    if found then
      return;
    end if;
  exception
    when data_exception then
      -- A text that is no key of this type is nobody's.
      null;
  end;

  raise exception using
    errcode = 'LW001',
    message = 'no row of lastwill.away has this key',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$lastwill$;

revoke all on function lastwill.away_ending(text) from public;

comment on function lastwill.away_ending(text) is
  'Which rows of lastwill.away a preview is about. [lastwill d852365dc55a]';

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
  gone_2 tid[] := cast('{}' as tid[]);
  gone_3 tid[] := cast('{}' as tid[]);
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  elsif owner_key is not null then
    raise exception using
      errcode = 'LW001',
      message = 'a key was given, and no owner',
      hint = 'Name the owner too: select * from lastwill.preview(''session'', ''…'');';
  end if;

  -- visits
  if coalesce(owner = 'visit', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('visit') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'visit');
    end if;

    edge := 'visit';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.visit_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.visits', places)),
        ''
      );
      return next;
    end loop;
  end if;

  -- lastwill.away
  if coalesce(owner = 'away', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('away') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'away');
    end if;

    edge := 'away';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.away_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_2 := gone_2 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('lastwill.away', places)),
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
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'visit.carts', 1, 'delete', interval '5 minutes', true)
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
          (parent.expires_at <= now()) is not true,
          true
        from only public.visits as parent
        join only public.carts as owned on owned.visit_id = parent.id
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.carts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'visit.carts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'visit' = any(swept)
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
      join only public.carts as owned on owned.ctid = in_question.place
      left join only public.visits as parent on owned.visit_id = parent.id
      where owned.visit_id is not null
        and (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.carts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.carts']::text[])
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
      left join only public.carts as owned on owned.ctid = fate.place
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
    if action in ('delete', 'archive') and blocked_by is null then
      gone_3 := gone_3 || places;
    end if;
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

  -- cart_items
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'visit.cart_items',
      2,
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
    from only public.carts as parent
    join only public.cart_items as owned on owned.cart_id = parent.id
    where parent.ctid = any(gone_3)
    having count(*) > 0
  loop
    blocked_by := nullif(
      concat_ws(
        '; ',
        blocked,
        blocked_by,
        case
          when action in ('delete', 'archive') then
            lastwill.preview_held_by('public.cart_items', places)
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
        (1, 'visit.drafts', 1, 'delete', interval '10 minutes', true),
        (2, 'away.drafts', 1, 'delete', interval '0 hours', true)
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
          (parent.expires_at <= now()) is not true,
          true
        from only public.visits as parent
        join lastwill.visit_drafts as link on link.owner_key = parent.id
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
        where entry.edge = 'visit.drafts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'visit' = any(swept)

        union all

        select
          2,
          owned.ctid,
          false,
          true
        from only lastwill.away as parent
        join only public.drafts as owned on owned.sid = parent.key
        where parent.ctid = any(gone_2)

        union all

        select
          2,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.drafts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'away.drafts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'away' = any(swept)
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
      join lastwill.visit_drafts as link on link.owned_key = owned.id
      left join only public.visits as parent on parent.id = link.owner_key
      where (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, null::timestamptz
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      left join only lastwill.away as parent on owned.sid = parent.key
      where owned.sid is not null
        and (parent.ctid = any(gone_2)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.drafts', 'away.drafts']::text[])
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

  -- documents
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'visit.documents', 1, 'delete', interval '10 minutes', true)
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
          (parent.expires_at <= now()) is not true,
          true
        from only public.visits as parent
        join public.visit_documents as tie on tie.visit_id = parent.id
        join only public.documents as owned on owned.id = tie.document_id
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.documents as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'visit.documents'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'visit' = any(swept)
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
      join only public.documents as owned on owned.ctid = in_question.place
      join public.visit_documents as tie on tie.document_id = owned.id
      left join only public.visits as parent on parent.id = tie.visit_id
      where tie.visit_id is not null
        and (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.documents as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.documents']::text[])
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
      left join only public.documents as owned on owned.ctid = fate.place
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
            lastwill.preview_held_by('public.documents', places)
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
        ('visit', 0),
        ('away', 0),
        ('visit.carts', 1),
        ('visit.drafts', 1),
        ('visit.documents', 1),
        ('away.drafts', 1)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 7160312f1959]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
