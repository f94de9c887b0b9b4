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
  select 'visit.drafts', cut.owned_key::text, cut.owner_key::text, now() + interval '2 hours'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_release(bigint[], bigint[]) from public;

comment on function lastwill.visit_drafts_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 2 hours. [lastwill 8ae2ac6d49ca]';

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
  select 'visit.drafts', cut.owned_key::text, cut.owner_key::text, now() + interval '10 minutes'
  from cut;
end;
$lastwill$;

revoke all on function lastwill.visit_drafts_release(bigint[], bigint[]) from public;

comment on function lastwill.visit_drafts_release(bigint[], bigint[]) is
  'Cuts the links of these owners; the drafts wait out a grace of 10 minutes. [lastwill 94284c1815a4]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
