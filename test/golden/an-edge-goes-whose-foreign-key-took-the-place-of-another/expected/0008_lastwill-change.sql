-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Takes from your tables:
-- - foreign key lastwill_visit_uploads_fkey on public.uploads
-- - foreign key lastwill_visit_carts_fkey on public.carts
--
-- Makes in schema lastwill: 4 views, 4 functions.
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
-- - replaces the foreign key carts_visit_id_fkey on public.carts by one that says on delete
--   cascade on update cascade: its rows end with those that they name; the way down restores it
-- - replaces the foreign key uploads_cart_id_fkey on public.uploads by one that says on delete
--   cascade on update cascade: its rows end with those that they name; the way down restores it

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop function lastwill.visit_uploads_untie(tid, tid);

drop function lastwill.visit_carts_untie(tid, tid);

drop function lastwill.visit_uploads_why(text);

drop function lastwill.visit_carts_why(text);

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

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

alter table public.carts
  add constraint carts_visit_id_fkey
  FOREIGN KEY (visit_id) REFERENCES public.visits(id) ON DELETE SET NULL NOT VALID;

alter table public.carts
  drop constraint lastwill_visit_carts_fkey;

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

drop view lastwill.orphan;

drop view lastwill.owned;

drop view lastwill.owned_tree;

drop view lastwill.edge;

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

-- The foreign key above says on delete cascade on update cascade and takes the place of this one,
-- which the way down restores.
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

-- The foreign key above says on delete cascade on update cascade and takes the place of this one,
-- which the way down restores.
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
  'Ties what belongs to one row of visits to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill 3d1b7cd3c4c3]';

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
  'visit.uploads'::text as edge,
  'visit'::text as owner,
  'public.uploads'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  2 as depth,
  'visit.carts'::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.uploads'::regclass,
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
  'release'::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 1f40c2f33c83]';
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
  'Who owns what, with the row each owned row hangs on. [lastwill d295290f49c5]';
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
  'visit.uploads'::text as edge,
  'public.uploads'::regclass::text as owned,
  owned.id::text as owned_key
from public.uploads as owned
where owned.cart_id is not null
  and not exists (
    select
    from only public.carts as parent
    where parent.id = owned.cart_id
  );

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill 8493ae476c98]';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';

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

revoke all on function lastwill.visit_uploads_why(text) from public;

comment on function lastwill.visit_uploads_why(text) is
  'Why a row of uploads is still there. [lastwill fdc8e4227651]';

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
  'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill 2beebe7600b1]';

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

-- Does to the rows of public.uploads on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.carts meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.visit_uploads_untie(from_place tid, to_place tid)
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
    from only public.uploads as owned
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
      from only public.uploads as owned
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
      delete from only public.uploads as owned
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
            'visit.uploads', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.visit_uploads_untie(tid, tid) from public;

comment on function lastwill.visit_uploads_untie(tid, tid) is
  'Unties the rows of uploads on these pages whose parent is not there. [lastwill 3e9f60bffde7]';

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
        (2, 'visit.uploads', false),
        (3, 'visit.drafts', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$lastwill$;

revoke all on function lastwill.release_orphans_begin(text, interval) from public;

comment on function lastwill.release_orphans_begin(text, interval) is
  'The steps by which rows that linger are handed to the sweep. [lastwill b975990bbca0]';

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
      edge := 'visit.uploads';
      owned := 'public.uploads';
    when 3 then
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
      n_rows := lastwill.visit_carts_untie(from_place, to_place);
    when 2 then
      n_rows := lastwill.visit_uploads_untie(from_place, to_place);
    when 3 then
      n_rows := lastwill.visit_drafts_hand_over(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 7234e196e9bb]';

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
    if action in ('delete', 'archive') and blocked_by is null then
      gone_2 := gone_2 || places;
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

  -- uploads
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'visit.uploads',
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
    join only public.uploads as owned on owned.cart_id = parent.id
    where parent.ctid = any(gone_2)
    having count(*) > 0
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 41e3bd9a5d08]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
