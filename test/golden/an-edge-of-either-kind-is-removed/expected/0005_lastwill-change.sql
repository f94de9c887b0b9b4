-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Takes from your tables:
-- - foreign key lastwill_visit_carts_fkey on public.carts
--
-- Makes on your tables:
-- - trigger lastwill_visit_inserted on public.visits
-- - trigger lastwill_visit_changed on public.visits
--
-- Makes in schema lastwill: 7 views, 10 functions, 1 procedure.
--
-- Hazards:
-- - stops all use of public.carts, public.visits for a moment (access exclusive lock)
-- - drops lastwill.visit_uploads, with what is in it
-- - ends no rows of public.uploads by visit.uploads any more: they stay, also what waits in
--   lastwill.released
-- - ends no rows of public.carts by visit.carts any more: they stay
--
-- Hazards of going down:
-- - stops writes to public.carts, public.visits for a moment (share row exclusive lock)

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop function lastwill.visit_uploads_hand_over(tid, tid, interval);

drop function lastwill.visit_carts_untie(tid, tid);

drop function lastwill.visit_uploads_why(text);

drop function lastwill.visit_carts_why(text);

drop view lastwill.status;

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

drop view lastwill.sweep_setting;

drop function lastwill.adopt_visit(bigint, bigint);

-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = 'visit_backfill';

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

-- What the edge had released is not ended any more: those rows stay.
delete from lastwill.released
where edge = 'visit.uploads';

delete from lastwill.quarantine
where edge = 'visit.uploads';

alter table public.carts
  drop constraint lastwill_visit_carts_fkey;

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
  'How each owner is swept, as the manifest says. [lastwill 60544292166b]';
comment on column lastwill.sweep_setting.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_setting.steps is
  'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'For how many days a run stays in the log.';

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
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill 8ad27a0609b3]';
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
  'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill 740a4869b55c]';

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
        (1, 'visit.drafts', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  'The steps by which rows that linger are handed to the sweep. [lastwill 0bd5db62d2f3]';

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
      edge := 'visit.drafts';
      owned := 'public.drafts';
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
      n_rows := lastwill.visit_drafts_hand_over(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill cfcd136a2777]';

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

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  -- drafts
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'visit.drafts', 1, 'delete', interval '10 minutes', true)
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

      select in_question.place, entry.due_at
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.drafts']::text[])
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
        ('visit', 0),
        ('visit.drafts', 1)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 26299e14d306]';

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

drop view lastwill.drift;

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

drop view lastwill.sweep_setting;

-- There is nothing left to tie.
delete from lastwill.backfill as begun
where begun.name = 'visit_backfill';

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
  'visit.uploads: which uploads each visits names (data → uploads[]). [lastwill 0a7ebe169856]';
comment on column lastwill.visit_uploads.owner_key is
  'The key of the owner row. A session key is a secret.';
comment on column lastwill.visit_uploads.owned_key is
  'The key of the owned row that it names, which need not be there yet.';

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

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'visit.uploads' then cast(entry.owned_key as uuid) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.uploads as owned
        where owned.id =
          case when entry.edge = 'visit.uploads' then cast(entry.owned_key as uuid) end
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
  'One batch of the sweep: ends released uploads whose grace is over. [lastwill 12b5bae84ea9]';

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
    or exists (select from lastwill.visit_uploads offset 1000)
  then
    analyze
      lastwill.visit_drafts,
      lastwill.visit_uploads;
  end if;
end;
$lastwill$;

revoke all on procedure lastwill.visit_backfill(boolean) from public;

comment on procedure lastwill.visit_backfill(boolean) is
  'Ties what the rows of visits name already. May be called again at any time: it goes on where it was cut off, or with anew => true from the beginning. It commits. [lastwill 87dc9ec4fa4a]';

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
  'Ties what belongs to one row of visits to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill 3d1b7cd3c4c3]';

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
  'How each owner is swept, as the manifest says. [lastwill bd00e0c89b16]';
comment on column lastwill.sweep_setting.owner is 'The owner''s name in the manifest.';
comment on column lastwill.sweep_setting.steps is
  'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';
comment on column lastwill.sweep_setting.budget is 'How long a run may take.';
comment on column lastwill.sweep_setting.workers is
  'How many sweep at once when there is a backlog.';
comment on column lastwill.sweep_setting.hold_over is
  'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';
comment on column lastwill.sweep_setting.log_days is 'For how many days a run stays in the log.';

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
  'visit.uploads'::text as edge,
  'visit'::text as owner,
  'public.uploads'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'data'::text as kind,
  format(
    '%s.%s',
    'public.visits'::regclass,
    'data → uploads[]'
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
  'What is declared: a row for each edge. [lastwill a2d5347ae0b7]';
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
  'Who owns what, with the row each owned row hangs on. [lastwill 5adcebcd8693]';
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
  );

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill 5456683f102c]';
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
)

union all

select
  'visit.uploads'::text as edge,
  'unlinked'::text as drift,
  owner.id::text as owner_key,
  owned.id::text as owned_key,
  'call lastwill.visit_backfill(anew => true);'::text as mend
from public.visits as owner
cross join lateral unnest(
  lastwill.visit_uploads_named(
    owner.data
  )
) as named (owned_key)
join public.uploads as owned on owned.id = named.owned_key
where (
    (owner.data -> 'uploads') is not null
  )
  and not exists (
    select
    from lastwill.visit_uploads as link
    where link.owner_key operator(pg_catalog.=) cast(owner.id as bigint)
      and link.owned_key operator(pg_catalog.=) named.owned_key
  )

union all

select
  'visit.uploads'::text as edge,
  'ownerless'::text as drift,
  link.owner_key::text as owner_key,
  link.owned_key::text as owned_key,
  'call lastwill.visit_backfill(anew => true);'::text as mend
from lastwill.visit_uploads as link
where not exists (
  select
  from public.visits as owner
  where cast(owner.id as bigint) operator(pg_catalog.=) link.owner_key
);

revoke all on table lastwill.drift from public;

comment on view lastwill.drift is
  'Where links and what owners name are not the same, as when triggers were off. Empty when all is well. [lastwill 5b638da4de0c]';
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
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill fb50bb6689da]';
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
end;
$lastwill$;

revoke all on function lastwill.visit_carts_why(text) from public;

comment on function lastwill.visit_carts_why(text) is
  'Why a row of carts is still there. [lastwill af5e269dee48]';

-- Why one row of public.uploads is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.visit_uploads_why(key text)
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
  asked public.uploads;
  this public.uploads;
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public.uploads),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public.uploads as owned
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
    'visit.uploads'::text,
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
  join lastwill.visit_uploads as link_1 on link_1.owned_key = (asked).id
  left join public.visits as owner on owner.id = link_1.owner_key
  where true;

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
  where entry.edge = any(array['visit.uploads']::text[])
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
  where kept.edge = any(array['visit.uploads']::text[])
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

revoke all on function lastwill.visit_uploads_why(text) from public;

comment on function lastwill.visit_uploads_why(text) is
  'Why a row of uploads is still there. [lastwill 47a71d12757b]';

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
    when 'public.uploads'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.visit_uploads_why(key) as given;
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
  'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill 7ffef9e63a0c]';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.visits meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.visit_carts_untie(from_place tid, to_place tid)
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
            'visit.carts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.visit_carts_untie(tid, tid) from public;

comment on function lastwill.visit_carts_untie(tid, tid) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill 07de1356ff2d]';

-- Hands to the sweep the rows of public.uploads on these pages that nobody ties and that do not wait
-- already. It asks for no lock: the sweep does, and asks again who ties them.
create or replace function lastwill.visit_uploads_hand_over(from_place tid, to_place tid, grace interval)
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
  select 'visit.uploads', owned.id::text, 'orphan ' || gen_random_uuid(), now() + grace
  from only public.uploads as owned
  where owned.ctid > from_place
    and owned.ctid < to_place
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
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = any(array['visit.uploads']::text[])
        and entry.owned_key = owned.id::text
      offset 0
    );

  get diagnostics n_rows = row_count;
  return n_rows;
end;
$lastwill$;

revoke all on function lastwill.visit_uploads_hand_over(tid, tid, interval) from public;

comment on function lastwill.visit_uploads_hand_over(tid, tid, interval) is
  'Hands to the sweep the rows of uploads on these pages that nobody ties. [lastwill 445a9278612e]';

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
        (2, 'visit.drafts', false),
        (3, 'visit.uploads', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  'The steps by which rows that linger are handed to the sweep. [lastwill cd40f869554f]';

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
      edge := 'visit.drafts';
      owned := 'public.drafts';
    when 3 then
      edge := 'visit.uploads';
      owned := 'public.uploads';
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
      n_rows := lastwill.visit_carts_untie(from_place, to_place);
    when 2 then
      n_rows := lastwill.visit_drafts_hand_over(from_place, to_place, grace);
    when 3 then
      n_rows := lastwill.visit_uploads_hand_over(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 676c13860bf2]';

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

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  -- carts
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'visit.carts',
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
    from only public.visits as parent
    join only public.carts as owned on owned.visit_id = parent.id
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
        (1, 'visit.drafts', 1, 'delete', interval '10 minutes', true)
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

      select in_question.place, entry.due_at
      from in_question
      join only public.drafts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.drafts']::text[])
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

  -- uploads
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'visit.uploads', 1, 'delete', interval '10 minutes', true)
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
        join lastwill.visit_uploads as link on link.owner_key = parent.id
        left join only public.uploads as owned on owned.id = link.owned_key
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.uploads as owned on owned.id = cast(entry.owned_key as uuid)
        where entry.edge = 'visit.uploads'
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
      join only public.uploads as owned on owned.ctid = in_question.place
      join lastwill.visit_uploads as link on link.owned_key = owned.id
      left join only public.visits as parent on parent.id = link.owner_key
      where (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.uploads as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['visit.uploads']::text[])
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
      left join only public.uploads as owned on owned.ctid = fate.place
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
            lastwill.preview_held_by('public.uploads', places)
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
        ('visit.drafts', 1),
        ('visit.uploads', 1)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 173a534fd14a]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
