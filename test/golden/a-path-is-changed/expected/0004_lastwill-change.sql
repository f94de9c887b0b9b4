-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Makes on your tables:
-- - trigger lastwill_visit_inserted on public.visits
-- - trigger lastwill_visit_changed on public.visits
--
-- Makes in schema lastwill: 1 table, 5 views, 3 functions.
--
-- Hazards:
-- - stops writes to public.visits for a moment (share row exclusive lock)
-- - makes lastwill.visit_drafts anew, without what is in it
--
-- Hazards of going down:
-- - stops writes to public.visits for a moment (share row exclusive lock)
-- - makes lastwill.visit_drafts anew, without what is in it

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = 'visit_backfill';

drop function lastwill.visit_backfill_batch(integer);

drop function lastwill.visit_drafts_named(jsonb);

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
      lock table lastwill.visit_drafts in access exclusive mode;
      lock table public.visits in share row exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'lastwill.visit_drafts, public.visits'
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

drop table lastwill.visit_drafts;

-- visit.drafts: which drafts each visits names (data → form.drafts[].id).
create table lastwill.visit_drafts (
  owner_key bigint not null,
  owned_key bigint not null,
  constraint visit_drafts_pkey primary key (owner_key, owned_key)
);

create index visit_drafts_by_owned on lastwill.visit_drafts (owned_key);

revoke all on table lastwill.visit_drafts from public;

comment on table lastwill.visit_drafts is
  'visit.drafts: which drafts each visits names (data → form.drafts[].id). [lastwill b015e4bc45ce]';
comment on column lastwill.visit_drafts.owner_key is
  'The key of the owner row. A session key is a secret.';
comment on column lastwill.visit_drafts.owned_key is
  'The key of the owned row that it names, which need not be there yet.';

-- The keys that a document names under form.drafts[].id. In strict mode $[*] gives the elements of a
-- list, and (silent) nothing for anything else.
create or replace function lastwill.visit_drafts_named(document jsonb)
  returns bigint[]
  language sql
  immutable
  parallel safe
return
  array(
    select distinct lastwill.read_bigint(element_1 -> 'id')
    from jsonb_path_query(document #> '{form,drafts}', 'strict $[*]', silent => true) as element_1
    where lastwill.read_bigint(element_1 -> 'id') is not null
  );

revoke all on function lastwill.visit_drafts_named(jsonb) from public;

comment on function lastwill.visit_drafts_named(jsonb) is
  'The keys of drafts that are named (data → form.drafts[].id). [lastwill f4b7e2dff8b7]';

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
      where entry.edge = any(array['visit.drafts']::text[])
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
  'Ties to an owner the drafts that it names (data → form.drafts[].id). [lastwill 647a8e1bca0a]';

-- Row by row, as sessions come. One that cannot name anything costs a glance at its data, and the
-- half of an upsert that updates does not get here at all. The glance may take a row for one that
-- names others when it does not, never the other way round.
create or replace trigger lastwill_visit_inserted
  after insert on public.visits
  for each row
  when (
    (new.data #> '{form,drafts}') is not null
  )
  execute function lastwill.visit_inserted();

comment on trigger lastwill_visit_inserted on public.visits is
  'Ties what a new row of visits names. [lastwill 6bef41fa43a8]';

-- Only when a column that names rows is written, and something in it that names rows has changed: a
-- touch of the session's expiry never gets here. PostgreSQL reads the condition anew for every
-- statement, so it is as short as it can be.
create or replace trigger lastwill_visit_changed
  after update of data on public.visits
  for each row
  when (
    (old.data #> '{form,drafts}') is distinct from (new.data #> '{form,drafts}')
  )
  execute function lastwill.visit_changed();

comment on trigger lastwill_visit_changed on public.visits is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill 644f36df8ee8]';

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

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
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
    'data → form.drafts[].id'
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
  'What is declared: a row for each edge. [lastwill 1b030c5a48ac]';
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
  'Who owns what, with the row each owned row hangs on. [lastwill 3e2745b2bf28]';
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
  'Owned rows that no owner names and that wait for no sweep. [lastwill f18cc42367ef]';
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
    (owner.data #> '{form,drafts}') is not null
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
  'Where links and what owners name are not the same, as when triggers were off. Empty when all is well. [lastwill c3adfa4e28c7]';
comment on column lastwill.drift.edge is 'The edge: owner, dot, edge name.';
comment on column lastwill.drift.drift is
  'unlinked: an owner names the row, and no link says so; ownerless: the owner of a link is gone.';
comment on column lastwill.drift.owner_key is
  'The key of the owner, or of the row that names, as text.';
comment on column lastwill.drift.owned_key is 'The key of the row that is named, as text.';
comment on column lastwill.drift.mend is
  'The statement that ties anew, to be run by the role that migrates.';

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

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = 'visit_backfill';

drop function lastwill.visit_backfill_batch(integer);

drop function lastwill.visit_drafts_named(jsonb);

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
      lock table lastwill.visit_drafts in access exclusive mode;
      lock table public.visits in share row exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'lastwill.visit_drafts, public.visits'
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

drop table lastwill.visit_drafts;

-- visit.drafts: which drafts each visits names (data → draft).
create table lastwill.visit_drafts (
  owner_key bigint not null,
  owned_key bigint not null,
  constraint visit_drafts_pkey primary key (owner_key, owned_key)
);

create index visit_drafts_by_owned on lastwill.visit_drafts (owned_key);

revoke all on table lastwill.visit_drafts from public;

comment on table lastwill.visit_drafts is
  'visit.drafts: which drafts each visits names (data → draft). [lastwill 8e2ae06e3969]';
comment on column lastwill.visit_drafts.owner_key is
  'The key of the owner row. A session key is a secret.';
comment on column lastwill.visit_drafts.owned_key is
  'The key of the owned row that it names, which need not be there yet.';

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
      where entry.edge = any(array['visit.drafts']::text[])
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
  'Ties to an owner the drafts that it names (data → draft). [lastwill d84e0e292160]';

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

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
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
  'release'::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 8de0f4804a18]';
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
  'Who owns what, with the row each owned row hangs on. [lastwill 3e2745b2bf28]';
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
  'Owned rows that no owner names and that wait for no sweep. [lastwill f18cc42367ef]';
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

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
