-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.

-- Up Migration

set local lock_timeout = '3s';

drop function lastwill.visit_drafts_release(bigint[], bigint[]);

-- A row of public.visits that names other rows than before, or was given another key.
create or replace function lastwill.visit_changed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
declare
  document constant jsonb := new.data;
begin
  if new.id is distinct from old.id then
    update lastwill.visit_drafts as link
    set owner_key = new.id
    where link.owner_key = old.id;
  end if;

  perform lastwill.visit_drafts_tie(array[new.id]::bigint[], array[document]::jsonb[]);
  perform lastwill.visit_drafts_end(
    array[new.id]::bigint[],
    lastwill.visit_drafts_named(document)
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_changed() from public;

comment on function lastwill.visit_changed() is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill d5b167e1bce8]';

-- Rows of public.visits that are gone, whoever deleted them, one or a million.
create or replace function lastwill.visit_deleted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
declare
  expired bigint[];
  left_early bigint[];
begin
  select
    array_agg(gone.id) filter (where gone.expires_at <= now()),
    array_agg(gone.id) filter (where (gone.expires_at <= now()) is not true)
  into
    expired,
    left_early
  from gone;

  -- What an expired owner alone named ends with it.
  perform lastwill.visit_drafts_end(expired);

  -- The others may be on their way to another key, as at a login: what they named waits out its
  -- grace.
  perform lastwill.visit_drafts_end(left_early);


  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits named. [lastwill d09b496c31c1]';

-- public.visits was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.visit_truncated()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
begin
  perform lastwill.visit_drafts_end(
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
  'Lets go of what rows of visits named before a TRUNCATE. [lastwill 562ab938aa0d]';

-- Ties what the rows of public.visits name already, from before the triggers were there. Rows
-- are locked while they are read, so that no change slips in between, and committed a few
-- hundred at a time. It may be cut off and called again, at any time: what is tied is tied.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out.
create or replace procedure lastwill.visit_backfill()
  language plpgsql
as $lastwill$
declare
  last_key bigint;
  owners bigint[];
  documents jsonb[];
begin
  loop
    select
      pg_catalog.array_agg(page.owner_key order by page.owner_key),
      pg_catalog.array_agg(page.data order by page.owner_key)
    into
      owners,
      documents
    from (
      select
        cast(owner.id as bigint) as owner_key,
        owner.data
      from public.visits as owner
      where last_key is null
        or owner.id > last_key
      order by owner.id
      limit 500
      for no key update
    ) as page;

    exit when owners is null;

    perform lastwill.visit_drafts_tie(owners, documents);

    last_key := owners[pg_catalog.cardinality(owners)];
    commit;
  end loop;

  -- Links of rows that went while triggers were off keep what they named from ending.
  perform lastwill.visit_drafts_end(
    array(
      select distinct link.owner_key
      from lastwill.visit_drafts as link
      where not exists (
        select
        from public.visits as owner
        where owner.id = link.owner_key
      )
    )
  );
  commit;
end;
$lastwill$;

revoke all on procedure lastwill.visit_backfill() from public;

comment on procedure lastwill.visit_backfill() is
  'Ties what the rows of visits name already. May be called again at any time. [lastwill bef19cc24c24]';

set local lock_timeout to default;

-- Down Migration

set local lock_timeout = '3s';

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
begin
  with cut as (
    delete from lastwill.visit_drafts as link
    where link.owner_key = any(owners)
      and link.owned_key <> all(still_named)
    returning link.owner_key, link.owned_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'visit.drafts', cut.owned_key::text, cut.owner_key::text, now() + interval '2 hours'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_release(bigint[], bigint[]) from public;

comment on function lastwill.visit_drafts_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 2 hours. [lastwill 6976bc1c26e8]';

-- A row of public.visits that names other rows than before, or was given another key.
create or replace function lastwill.visit_changed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
declare
  document constant jsonb := new.data;
begin
  if new.id is distinct from old.id then
    update lastwill.visit_drafts as link
    set owner_key = new.id
    where link.owner_key = old.id;
  end if;

  perform lastwill.visit_drafts_tie(array[new.id]::bigint[], array[document]::jsonb[]);
  perform lastwill.visit_drafts_release(
    array[new.id]::bigint[],
    lastwill.visit_drafts_named(document)
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_changed() from public;

comment on function lastwill.visit_changed() is
  'Ties what a changed row of visits names now, and lets go of what it names no more. [lastwill 8d423d3dcf79]';

-- Rows of public.visits that are gone, whoever deleted them, one or a million.
create or replace function lastwill.visit_deleted()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
declare
  expired bigint[];
  left_early bigint[];
begin
  select
    array_agg(gone.id) filter (where gone.expires_at <= now()),
    array_agg(gone.id) filter (where (gone.expires_at <= now()) is not true)
  into
    expired,
    left_early
  from gone;

  -- What an expired owner alone named ends with it.
  perform lastwill.visit_drafts_end(expired);

  -- The others may be on their way to another key, as at a login: what they named waits out its
  -- grace.
  perform lastwill.visit_drafts_release(left_early);


  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits named. [lastwill b51dd6a901b2]';

-- public.visits was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.visit_truncated()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
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
  'Lets go of what rows of visits named before a TRUNCATE. [lastwill d922d80fe1a5]';

-- Ties what the rows of public.visits name already, from before the triggers were there. Rows
-- are locked while they are read, so that no change slips in between, and committed a few
-- hundred at a time. It may be cut off and called again, at any time: what is tied is tied.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out.
create or replace procedure lastwill.visit_backfill()
  language plpgsql
as $lastwill$
declare
  last_key bigint;
  owners bigint[];
  documents jsonb[];
begin
  loop
    select
      pg_catalog.array_agg(page.owner_key order by page.owner_key),
      pg_catalog.array_agg(page.data order by page.owner_key)
    into
      owners,
      documents
    from (
      select
        cast(owner.id as bigint) as owner_key,
        owner.data
      from public.visits as owner
      where last_key is null
        or owner.id > last_key
      order by owner.id
      limit 500
      for no key update
    ) as page;

    exit when owners is null;

    perform lastwill.visit_drafts_tie(owners, documents);

    last_key := owners[pg_catalog.cardinality(owners)];
    commit;
  end loop;

  -- Links of rows that went while triggers were off keep what they named from ending.
  perform lastwill.visit_drafts_release(
    array(
      select distinct link.owner_key
      from lastwill.visit_drafts as link
      where not exists (
        select
        from public.visits as owner
        where owner.id = link.owner_key
      )
    )
  );
  commit;
end;
$lastwill$;

revoke all on procedure lastwill.visit_backfill() from public;

comment on procedure lastwill.visit_backfill() is
  'Ties what the rows of visits name already. May be called again at any time. [lastwill 69dca5998945]';

set local lock_timeout to default;
