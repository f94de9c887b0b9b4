-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

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
  select 'visit.drafts', cut.owned_key::text, cut.owner_key::text, now() + interval '0 seconds'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_release(bigint[], bigint[]) from public;

comment on function lastwill.visit_drafts_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 0 seconds. [lastwill 8e66d4098c01]';

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

  -- What an expired owner alone named ends with it.
  perform lastwill.visit_drafts_end(expired || left_early);

  return null;
end;
$lastwill$;

revoke all on function lastwill.visit_deleted() from public;

comment on function lastwill.visit_deleted() is
  'Lets go of what deleted rows of visits had. [lastwill 2ac6fd611158]';

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
  'Lets go of what visits had before a TRUNCATE. [lastwill 0190dde38e60]';

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
  select 'visit.drafts', cut.owned_key::text, cut.owner_key::text, now() + interval '2 hours'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_release(bigint[], bigint[]) from public;

comment on function lastwill.visit_drafts_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 2 hours. [lastwill 8ae2ac6d49ca]';

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

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
