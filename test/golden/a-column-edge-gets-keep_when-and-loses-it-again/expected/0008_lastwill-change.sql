-- Written by pg-lastwill (gen-migrations) from the ownership manifest. Do not edit: change the
-- manifest and generate again.
--
-- One transaction: all of it, or nothing.
--
-- Takes from your tables:
-- - trigger lastwill_session_deleted on public.session
-- - trigger "Lastwill_session_leaving" on public.session
-- - trigger lastwill_session_carts_tied on public.carts
--
-- Makes on your tables:
-- - foreign key lastwill_session_carts_fkey on public.carts
--
-- Makes in schema lastwill: 4 views, 6 functions.
--
-- Hazards:
-- - stops all use of public.carts, public.session for a moment (access exclusive lock)
-- - forgets what waits in lastwill.released by session.carts: it stays
--
-- Hazards of going down:
-- - stops all use of public.carts, public.session for a moment (access exclusive lock)

-- Up Migration

set local lock_timeout = '3s';
set local statement_timeout = '2min';

-- No name below is looked up where anybody but the server's owner may have put an operator or a
-- type of his own.
select pg_catalog.set_config(
  'lastwill.search_path', pg_catalog.current_setting('search_path'), true
);
set local search_path = pg_catalog, pg_temp;

drop function lastwill.session_carts_untie(tid, tid, interval);

drop view lastwill.status;

drop view lastwill.orphan;

drop view lastwill.edge;

drop view lastwill.sweep_setting;

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
      lock table public.session in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.session'
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

drop trigger lastwill_session_deleted on public.session;

drop function lastwill.session_deleted();

drop trigger "Lastwill_session_leaving" on public.session;

drop function lastwill.session_leaving();

drop trigger lastwill_session_carts_tied on public.carts;

drop function lastwill.session_carts_tied();

drop function lastwill.session_carts_end(text[]);

drop function lastwill.session_carts_sweep_batch(bigint, integer);

drop function lastwill.session_carts_decide(bigint[]);

drop function lastwill.session_carts_keeps(public.carts);

alter table public.carts
  drop constraint lastwill_session_carts_fkey;

-- What the edge had released is not ended any more: those rows stay.
delete from lastwill.released
where edge = 'session.carts';

delete from lastwill.quarantine
where edge = 'session.carts';

-- session.carts: a row of public.carts ends with the row of public.session that its session_sid names.
alter table public.carts
  add constraint lastwill_session_carts_fkey
  foreign key (session_sid)
  references public.session (sid)
  on delete cascade
  on update cascade
  not valid;

comment on constraint lastwill_session_carts_fkey on public.carts is
  'session.carts: a row of public.carts ends with the row of public.session that its session_sid names. [lastwill 85c2fdaa5612]';

-- Ties what belongs to one row of public.session to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_session(old_key text, new_key text)
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
  from public.session as owner
  where owner.sid = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of session with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- session.carts
  update public.carts as owned
  set session_sid = new_key
  where owned.session_sid operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_session(text, text) from public;

comment on function lastwill.adopt_session(text, text) is
  'Ties what belongs to one row of session to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill b28538de6489]';

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
      'session',
      array['session']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill 659ea3b85ab4]';
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
      when 'session' then lastwill.session_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill f549722847b4]';

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'session.carts'::text as edge,
  'session'::text as owner,
  'public.carts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.carts'::regclass,
    'session_sid',
    'public.session'::regclass,
    'sid'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  false as one_by_one,
  interval '0 seconds' as grace,
  null::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 5730156dbb45]';
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

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'session.carts'::text as edge,
  'public.carts'::regclass::text as owned,
  owned.id::text as owned_key
from public.carts as owned
where owned.session_sid is not null
  and not exists (
    select
    from only public.session as parent
    where parent.sid = owned.session_sid
  );

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill 1353f5375bd1]';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'session'::text as owner,
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
    where entry.edge = any(array[]::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'session'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'session'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'session'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'session'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('session') as job
from (
  select
    count(*) filter (
      where (owner.expire <= (now() at time zone 'UTC')) is not true
    ) as live,
    count(*) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as expired,
    min((owner.expire at time zone 'UTC')) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as oldest_due
  from public.session as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'session'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'session'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill e11237c89456]';
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
create or replace function lastwill.session_carts_why(key text)
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
    'session.carts'::text,
    case
      when owner.sid is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.sid is not null then owner.sid::text
      else owned_1.session_sid::text
    end,
    array_remove('{}'::text[], null),
    (owner.expire at time zone 'UTC'),
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'session'
        and kept.key = owner.sid::text
    )
  from (
    select (this).*
  ) as owned_1
  left join public.session as owner on owner.sid = owned_1.session_sid
  where owned_1.session_sid is not null;
end;
$lastwill$;

revoke all on function lastwill.session_carts_why(text) from public;

comment on function lastwill.session_carts_why(text) is
  'Why a row of carts is still there. [lastwill 44c067c18946]';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.session meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.session_carts_untie(from_place tid, to_place tid)
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
      and owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.session in share mode;
    all_places := array(
      select owned.ctid
      from only public.carts as owned
      where owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
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
            'session.carts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.session_carts_untie(tid, tid) from public;

comment on function lastwill.session_carts_untie(tid, tid) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill eeef31843df8]';

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
      edge := 'session.carts';
      owned := 'public.carts';
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
      n_rows := lastwill.session_carts_untie(from_place, to_place);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 8980f7aaa443]';

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

  -- session
  if coalesce(owner = 'session', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('session') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'session');
    end if;

    edge := 'session';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.session_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.session', places)),
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
      'session.carts',
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
    from only public.session as parent
    join only public.carts as owned on owned.session_sid = parent.sid
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
        ('session', 0)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 93d4f5fbf85e]';

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

drop function lastwill.session_carts_untie(tid, tid);

drop view lastwill.status;

drop view lastwill.orphan;

drop view lastwill.edge;

drop view lastwill.sweep_setting;

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
      lock table public.session in access exclusive mode;
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            'public.carts, public.session'
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

alter table public.carts
  drop constraint lastwill_session_carts_fkey;

-- session.carts: a row of public.carts is let go of when the row of public.session goes that its session_sid names.
alter table public.carts
  add constraint lastwill_session_carts_fkey
  foreign key (session_sid)
  references public.session (sid)
  on delete set null
  on update cascade
  not valid;

comment on constraint lastwill_session_carts_fkey on public.carts is
  'session.carts: a row of public.carts is let go of when the row of public.session goes that its session_sid names. [lastwill 17434ee68059]';

-- session.carts: whether a row survives its last owner (paid).
create or replace function lastwill.session_carts_keeps(owned public.carts)
  returns boolean
  language sql
  stable
  set search_path = public, pg_temp
as $lastwill$
  select paid
  from (select (owned).*) as carts;
$lastwill$;

revoke all on function lastwill.session_carts_keeps(public.carts) from public;

comment on function lastwill.session_carts_keeps(public.carts) is
  'session.carts: whether a row survives its last owner (paid). [lastwill 0c25d52d8a8a]';

-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.session_carts_decide(keys bigint[])
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
    and owned.session_sid is null
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['session.carts']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.id::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and lastwill.session_carts_keeps(owned.*) is not true;
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
        and owned.session_sid is null
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['session.carts']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.id::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
        and lastwill.session_carts_keeps(owned.*) is not true
    )
  );
end;
$lastwill$;

revoke all on function lastwill.session_carts_decide(bigint[]) from public;

comment on function lastwill.session_carts_decide(bigint[]) is
  'Ends those of these carts that no owner has any more; gives what it could decide. [lastwill ed4a015fa660]';

-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.session_carts_sweep_batch(run bigint, max_rows integer)
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
    where entry.edge = 'session.carts'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.session_carts_decide(keys);
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
        'session', 'session.carts', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'session.carts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public.carts as owned
        where owned.id =
          case when entry.edge = 'session.carts' then cast(entry.owned_key as bigint) end
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
  where kept.edge = 'session.carts'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.session_carts_sweep_batch(bigint, integer) from public;

comment on function lastwill.session_carts_sweep_batch(bigint, integer) is
  'One batch of the sweep: ends released carts whose grace is over. [lastwill ae3dfb2e5f4b]';

-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.session_carts_end(owners text[])
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
          where waiting.edge = 'session.carts'
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
    decided := lastwill.session_carts_decide(keys);
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
      case when entry.edge = 'session.carts' then cast(entry.owned_key as bigint) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.session_carts_end(text[]) from public;

comment on function lastwill.session_carts_end(text[]) is
  'Ends at once the carts that these owners let go of and that no other has. [lastwill 4521df6b504d]';

-- Takes back carts whose session_sid is set again.
create or replace function lastwill.session_carts_tied()
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
      where entry.edge = any(array['session.carts']::text[])
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

revoke all on function lastwill.session_carts_tied() from public;

comment on function lastwill.session_carts_tied() is
  'Takes back carts whose session_sid is set again. [lastwill 1ef4790fecc0]';

-- Only when the column names an owner, and not the one that it named.
create or replace trigger lastwill_session_carts_tied
  after update of session_sid on public.carts
  for each row
  when (new.session_sid is not null and new.session_sid is distinct from old.session_sid)
  execute function lastwill.session_carts_tied();

comment on trigger lastwill_session_carts_tied on public.carts is
  'Takes back carts whose session_sid is set again. [lastwill 80ba10111e2d]';

-- A row of public.session that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.session_leaving()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'session.carts', owned.id::text, old.sid::text, now() + interval '0 seconds'
  from public.carts as owned
  where owned.session_sid = old.sid;

  return null;
end;
$lastwill$;

revoke all on function lastwill.session_leaving() from public;

comment on function lastwill.session_leaving() is
  'Releases what foreign keys tie to a row of session that goes. [lastwill ee893ad6f1e1]';

-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger "Lastwill_session_leaving"
  after delete on public.session
  for each row
  execute function lastwill.session_leaving();

comment on trigger "Lastwill_session_leaving" on public.session is
  'Releases what foreign keys tie to a row of session that goes. [lastwill dfc23b89aabe]';

-- Rows of public.session that are gone, whoever deleted them, one or a million.
create or replace function lastwill.session_deleted()
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
    array_agg(gone.sid) filter (
      where gone.expire <= (now() at time zone 'UTC')
    ),
    array_agg(gone.sid) filter (
      where (gone.expire <= (now() at time zone 'UTC')) is not true
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
    select array_agg(standing.sid)
    into back
    from public.session as standing
    where standing.sid = any(expired || left_early);
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
  perform lastwill.session_carts_end((expired || left_early)::text[]);

  return null;
end;
$lastwill$;

revoke all on function lastwill.session_deleted() from public;

comment on function lastwill.session_deleted() is
  'Lets go of what deleted rows of session had. [lastwill 53a8106e662d]';

-- Once for each statement, with all its rows: a sweep of thousands costs one call.
create or replace trigger lastwill_session_deleted
  after delete on public.session
  referencing old table as gone
  for each statement
  execute function lastwill.session_deleted();

comment on trigger lastwill_session_deleted on public.session is
  'Lets go of what deleted rows of session had. [lastwill 29eb80b9e0d4]';

-- Ties what belongs to one row of public.session to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.adopt_session(old_key text, new_key text)
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
  from public.session as owner
  where owner.sid = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of session with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, pg_temp', true);

  -- session.carts
  update public.carts as owned
  set session_sid = new_key
  where owned.session_sid operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  update public.carts as owned
  set session_sid = new_key
  from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) 'session.carts'
    and entry.owner_key operator(pg_catalog.=) old_key::text
    and owned.id operator(pg_catalog.=) cast(entry.owned_key as bigint)
    and owned.session_sid is null;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  -- What was waiting has an owner again.
  delete from lastwill.released as entry
  where entry.edge operator(pg_catalog.=) any (array['session.carts']::text[])
    and entry.owner_key operator(pg_catalog.=) old_key::text;

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.adopt_session(text, text) from public;

comment on function lastwill.adopt_session(text, text) is
  'Ties what belongs to one row of session to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill ee81d6bc2d80]';

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
      'session',
      array['session', 'session.carts']::text[],
      interval '20 seconds',
      1,
      0.5,
      30
    )
) as setting (owner, steps, budget, workers, hold_over, log_days);

revoke all on table lastwill.sweep_setting from public;

comment on view lastwill.sweep_setting is
  'How each owner is swept, as the manifest says. [lastwill f2927b825da7]';
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
      when 'session' then lastwill.session_sweep_batch(run, max_rows)
      when 'session.carts' then lastwill.session_carts_sweep_batch(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill 3c78ad6168c9]';

-- What is declared: a row for each edge, so that who looks at rows can say what holds for them.
create view lastwill.edge as
select
  'session.carts'::text as edge,
  'session'::text as owner,
  'public.carts'::regclass::text as owned,
  array['id']::text[] as owned_by_key,
  1 as depth,
  null::text as parent_edge,
  'column'::text as kind,
  format(
    '%s.%s → %s.%s',
    'public.carts'::regclass,
    'session_sid',
    'public.session'::regclass,
    'sid'
  ) as tied_by,
  'cascade'::text as policy,
  null::text as policy_target,
  true as one_by_one,
  interval '0 seconds' as grace,
  'paid'::text as keep_when,
  null::text as claim,
  null::text as guard,
  null::text as on_replace;

revoke all on table lastwill.edge from public;

comment on view lastwill.edge is
  'What is declared: a row for each edge. [lastwill 8958ba3deeea]';
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

-- Rows of data edges that no owner names and that wait for no sweep: left from before
-- pg-lastwill, or made by an application that has not yet named them, or never did.
create view lastwill.orphan as
select
  'session.carts'::text as edge,
  'public.carts'::regclass::text as owned,
  owned.id::text as owned_key
from public.carts as owned
where owned.session_sid is not null
  and not exists (
    select
    from only public.session as parent
    where parent.sid = owned.session_sid
  )
and lastwill.session_carts_keeps(owned.*) is not true;

revoke all on table lastwill.orphan from public;

comment on view lastwill.orphan is
  'Owned rows that no owner names and that wait for no sweep. [lastwill e4a75f4e4dc2]';
comment on column lastwill.orphan.edge is 'The edge that would tie the row: owner, dot, edge name.';
comment on column lastwill.orphan.owned is 'The table of the row.';
comment on column lastwill.orphan.owned_key is 'The key of the row, as text.';

-- How each owner stands, in one row.
create view lastwill.status as
select
  'session'::text as owner,
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
    where entry.edge = any(array['session.carts']::text[])
  ) as released,
  (
    select count(*)
    from lastwill.undecodable as noted
    where noted.owner = 'session'
  ) as undecodable,
  (
    select count(*)
    from lastwill.quarantine as kept
    where kept.owner = 'session'
  ) as quarantined,
  exists (
    select
    from lastwill.hold as held
    where held.owner = 'session'
      and (held.accepted_at > now() - interval '1 day') is not true
  ) as held,
  (
    select pause.until
    from lastwill.paused as pause
    where pause.owner = 'session'
      and pause.until > now()
  ) as paused_until,
  last_run.started_at as last_run_at,
  last_run.rows as last_run_rows,
  lastwill.sweep_job('session') as job
from (
  select
    count(*) filter (
      where (owner.expire <= (now() at time zone 'UTC')) is not true
    ) as live,
    count(*) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as expired,
    min((owner.expire at time zone 'UTC')) filter (
      where owner.expire <= (now() at time zone 'UTC')
    ) as oldest_due
  from public.session as owner
) as counted
left join lateral (
  -- With all that further workers did since it began.
  select
    min(run.started_at) as started_at,
    sum(run.owners_ended + run.released_ended)::bigint as rows
  from lastwill.sweep_run as run
  where run.owner = 'session'
    and run.id >= (
      select max(first.id)
      from lastwill.sweep_run as first
      where first.owner = 'session'
        and first.worker = 1
    )
) as last_run on true;

revoke all on table lastwill.status from public;

comment on view lastwill.status is
  'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill 94552f970306]';
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
create or replace function lastwill.session_carts_why(key text)
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
    'session.carts'::text,
    case
      when owner.sid is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.sid is not null then owner.sid::text
      else owned_1.session_sid::text
    end,
    array_remove('{}'::text[], null),
    (owner.expire at time zone 'UTC'),
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'session'
        and kept.key = owner.sid::text
    )
  from (
    select (this).*
  ) as owned_1
  left join public.session as owner on owner.sid = owned_1.session_sid
  where owned_1.session_sid is not null;

  return query
  select
    'session.carts'::text,
    'kept',
    null::text,
    null::text[],
    null::timestamptz,
    'paid'::text
  from (
    select (this).*
  ) as owned
  where is_there
    and lastwill.session_carts_keeps(this)
    ;

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
  where entry.edge = any(array['session.carts']::text[])
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
  where kept.edge = any(array['session.carts']::text[])
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

revoke all on function lastwill.session_carts_why(text) from public;

comment on function lastwill.session_carts_why(text) is
  'Why a row of carts is still there. [lastwill 2275dc3a3ddc]';

-- Does to the rows of public.carts on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to public.session meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.session_carts_untie(from_place tid, to_place tid, grace interval)
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
      and owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public.session in share mode;
    all_places := array(
      select owned.ctid
      from only public.carts as owned
      where owned.session_sid is not null
        and not exists (
          select
          from only public.session as parent
          where parent.sid operator(pg_catalog.=) owned.session_sid
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
        'session.carts',
        cast(owned.id as pg_catalog.text),
        cast(owned.session_sid as pg_catalog.text),
        pg_catalog.now() + grace
      from only public.carts as owned
      where owned.ctid operator(pg_catalog.=) any (places);

      update only public.carts as owned
      set session_sid = null
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
            'session.carts', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.session_carts_untie(tid, tid, interval) from public;

comment on function lastwill.session_carts_untie(tid, tid, interval) is
  'Unties the rows of carts on these pages whose parent is not there. [lastwill e3072883b60a]';

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
      edge := 'session.carts';
      owned := 'public.carts';
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
      n_rows := lastwill.session_carts_untie(from_place, to_place, grace);
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  'Hands to the sweep the rows that linger on a few pages of a table. [lastwill dff3c76de04e]';

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

  -- session
  if coalesce(owner = 'session', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('session') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'session');
    end if;

    edge := 'session';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.session_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('public.session', places)),
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
        (1, 'session.carts', 1, 'delete', interval '0 hours', true)
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
        from only public.session as parent
        join only public.carts as owned on owned.session_sid = parent.sid
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public.carts as owned on owned.id = cast(entry.owned_key as bigint)
        where entry.edge = 'session.carts'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'session' = any(swept)
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
      left join only public.session as parent on owned.session_sid = parent.sid
      where owned.session_sid is not null
        and (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public.carts as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.id::text
      where entry.edge = any(array['session.carts']::text[])
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
        coalesce(lastwill.session_carts_keeps(owned.*), false) as is_kept,
        owned.id::text as shown
      from fate
      left join only public.carts as owned on owned.ctid = fate.place
      where fate.number is not null
    ),
    told (outcome, action, reason) as (
      values
        ('ends', null, null),
        ('kept', 'keep', 'keep_when holds'),
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
            lastwill.preview_held_by('public.carts', places)
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
        ('session', 0),
        ('session.carts', 1)
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
  'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 35e069bb428c]';

select pg_catalog.set_config(
  'search_path', pg_catalog.current_setting('lastwill.search_path'), true
);
set local lock_timeout to default;
set local statement_timeout to default;
