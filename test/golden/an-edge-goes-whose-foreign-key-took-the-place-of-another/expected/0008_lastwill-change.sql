-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Hazards:
-- - stops all use of public.carts, public.uploads, public.visits for a moment (access exclusive
--   lock)
-- - ends no rows of public.uploads by visit.uploads any more: they stay
-- - ends no rows of public.carts by visit.carts any more: they stay
--
-- Hazards of going down:
-- - stops all use of public.carts, public.uploads, public.visits for a moment (access exclusive
--   lock)
-- - replaces the foreign key carts_visit_id_fkey on public.carts, which does not cascade both
--   ways
-- - replaces the foreign key uploads_cart_id_fkey on public.uploads, which does not cascade both
--   ways

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

drop function lastwill.adopt_visit(bigint, bigint);

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
      lock table public.uploads in access exclusive mode;
      lock table public.visits in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.uploads, public.visits'
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

alter table public.uploads
  add constraint uploads_cart_id_fkey
  FOREIGN KEY (cart_id) REFERENCES public.carts(id) ON DELETE SET NULL NOT VALID;

alter table public.uploads
  drop constraint lastwill_visit_uploads_fkey;

-- The edge goes, its rows stay: what it had released is not ended any more.
delete from lastwill.released
where edge = 'visit.uploads';

delete from lastwill.quarantine
where edge = 'visit.uploads';

alter table public.carts
  add constraint carts_visit_id_fkey
  FOREIGN KEY (visit_id) REFERENCES public.visits(id) ON DELETE SET NULL NOT VALID;

alter table public.carts
  drop constraint lastwill_visit_carts_fkey;

-- The edge goes, its rows stay: what it had released is not ended any more.
delete from lastwill.released
where edge = 'visit.carts';

delete from lastwill.quarantine
where edge = 'visit.carts';

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
      lock table public.uploads in access exclusive mode;
      lock table public.visits in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.uploads, public.visits'
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

-- The foreign key above takes the place of this one, which does not cascade both ways.
alter table public.carts
  drop constraint carts_visit_id_fkey;

-- visit.uploads: a row of public.uploads ends with the row of public.carts that its cart_id names.
alter table public.uploads
  add constraint lastwill_visit_uploads_fkey
  foreign key (cart_id)
  references public.carts (id)
  on delete cascade
  on update cascade
  not valid;

comment on constraint lastwill_visit_uploads_fkey on public.uploads is
  'visit.uploads: a row of public.uploads ends with the row of public.carts that its cart_id names. [lastwill 97294e22b1d3]';

-- The foreign key above takes the place of this one, which does not cascade both ways.
alter table public.uploads
  drop constraint uploads_cart_id_fkey;

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
  'visit.uploads'::text as edge,
  'public.uploads'::regclass::text as owned,
  owned_2.id::text as owned_key,
  2 as depth,
  'cascade'::text as policy,
  owner.expires_at as expires_at,
  'visit.carts' as parent_edge,
  owned_1.id::text as parent_key
from public.visits as owner
join public.carts as owned_1 on owned_1.visit_id = owner.id
join public.uploads as owned_2 on owned_2.cart_id = owned_1.id

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
join public.drafts as owned_1 on owned_1.id = link_1.owned_key;

revoke all on table lastwill.owned_tree from public;

comment on view lastwill.owned_tree is
  'Who owns what, with the row each owned row hangs on. [lastwill c9e7efd6aaf1]';

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
