-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Makes in schema lastwill: 1 view, 4 functions.

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop view lastwill.edge;

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
  interval '0 seconds' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  'release'::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill fb0b03d84d38]';
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
        (1, 'visit.drafts', 1, 'delete', interval '0 hours', true)
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
          false,
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 03a4687d583f]';

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

drop view lastwill.edge;

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
  interval '2 hours' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  'release'::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 43e8664cb7c8]';
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
        (1, 'visit.drafts', 1, 'delete', interval '2 hours', true)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 8063f93deff6]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
