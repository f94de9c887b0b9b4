CREATE SCHEMA lastwill;

COMMENT ON SCHEMA lastwill IS 'pg-lastwill: temporary rows end with their owners. Begin with the views status and owned. [lastwill 89e867155e00]';

CREATE SCHEMA "select";

CREATE FUNCTION lastwill.adopt_user(old_key text, new_key text) RETURNS bigint
    LANGUAGE plpgsql STRICT SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_variable
declare
  adopted bigint := 0;
  n_rows bigint;
begin
  -- Held until we commit: who adopts must not end before he has.
  perform
  from "select"."-- Down Migration" as owner
  where owner.U&"Key Of\000aTwo Lines" = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = 'there is no row of "select"."-- Down Migration" with the new key',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', 'public, select, pg_temp', true);

  -- user."Cart" \ `${x}` ?lastwill$; -- Up? Migration
  update public."Table" as owned
  set "by ""whom""" = new_key
  where owned."by ""whom""" operator(pg_catalog.=) old_key;

  get diagnostics n_rows = row_count;
  adopted := adopted + n_rows;

  return adopted;
end;
$_$;

COMMENT ON FUNCTION lastwill.adopt_user(old_key text, new_key text) IS 'Ties what belongs to one row of "select"."-- Down Migration" to another; gives how many rows. Rows that wait out their grace too. The error LW002 if there is no row new_key. [lastwill 0b158419bba0]';

CREATE FUNCTION lastwill.decode_json(document text) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET standard_conforming_strings TO 'on'
    AS $$
begin
  return document::jsonb;
exception
  when data_exception or program_limit_exceeded then
    begin
      return
        regexp_replace(
          regexp_replace(
            regexp_replace(document, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g'),
            '\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})', '\\ufffd', 'gi'
          ),
          '(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}', '\\ufffd', 'gi'
        )::jsonb;
    exception
      when data_exception or program_limit_exceeded then
        return null;
    end;
end;
$$;

COMMENT ON FUNCTION lastwill.decode_json(document text) IS 'JSON text as jsonb; null when it is none. Never raises an error. [lastwill 53384e3ed226]';

CREATE FUNCTION lastwill.known_owner(owner text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if exists (
    select
    from lastwill.sweep_setting as setting
    where setting.owner = known_owner.owner
  ) then
    return;
  end if;

  raise exception using
    errcode = 'LW001',
    message = format('there is no owner %s', coalesce(quote_ident(known_owner.owner), 'null')),
    hint = (
      select format('The owners are: %s.', string_agg(setting.owner, ', '))
      from lastwill.sweep_setting as setting
    );
end;
$$;

COMMENT ON FUNCTION lastwill.known_owner(owner text) IS 'Raises the error LW001 for a name that is no owner''s. [lastwill 8ca51922344c]';

CREATE FUNCTION lastwill.note_undecodable(owner_name text, owner_keys text[], documents jsonb[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if array_position(documents, null) is not null then
    insert into lastwill.undecodable (owner, owner_key)
    select owner_name, given.owner_key
    from unnest(owner_keys, documents) as given (owner_key, document)
    where given.document is null
    on conflict do nothing;
  end if;

  delete from lastwill.undecodable as noted
  using unnest(owner_keys, documents) as given (owner_key, document)
  where noted.owner = owner_name
    and noted.owner_key = given.owner_key
    and given.document is not null;
end;
$$;

COMMENT ON FUNCTION lastwill.note_undecodable(owner_name text, owner_keys text[], documents jsonb[]) IS 'Notes the owners whose data cannot be read. [lastwill 786375fa6364]';

CREATE FUNCTION lastwill.outbox_done(ids bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  delete from lastwill.outbox as letter
  where letter.id = any(ids);
$$;

COMMENT ON FUNCTION lastwill.outbox_done(ids bigint[]) IS 'Strikes out letters that were handled. [lastwill 4507e3f11a1b]';

CREATE FUNCTION lastwill.outbox_failed(letter_id bigint, attempt integer, reason text, retry_in interval, max_tries integer DEFAULT 10) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  update lastwill.outbox as letter
  set last_error = reason,
      next_try = now() + retry_in,
      dead_at = case when letter.tries >= max_tries then now() end
  where letter.id = letter_id
    and letter.tries = attempt
    and letter.dead_at is null
  returning letter.dead_at is not null;
$$;

COMMENT ON FUNCTION lastwill.outbox_failed(letter_id bigint, attempt integer, reason text, retry_in interval, max_tries integer) IS 'Notes that a letter''s try failed; true when it is dead now. attempt is its tries as handed out; null when another has it by now: nothing is noted then. [lastwill 106566702b08]';

CREATE FUNCTION lastwill.outbox_give_back(ids bigint[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  update lastwill.outbox as letter
  set tries = letter.tries - 1,
      next_try = letter.emitted_at
  where letter.id = any(ids)
    and letter.tries > 0
    and letter.dead_at is null;

  perform pg_notify('lastwill_outbox', '');
end;
$$;

COMMENT ON FUNCTION lastwill.outbox_give_back(ids bigint[]) IS 'Puts back letters that were taken and not begun; the try does not count. [lastwill 98f4a919e1e4]';

CREATE FUNCTION lastwill.outbox_notify() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  if exists (select from added) then
    perform pg_notify('lastwill_outbox', '');
  end if;
  return null;
end;
$$;

COMMENT ON FUNCTION lastwill.outbox_notify() IS 'Wakes the consumers of the outbox when letters come in. [lastwill 88c6195a7db6]';

CREATE FUNCTION lastwill.outbox_retry(letter_id bigint DEFAULT NULL::bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  n_back bigint;
begin
  update lastwill.outbox as letter
  set tries = 0,
      next_try = now(),
      dead_at = null
  where letter.dead_at is not null
    and (letter_id is null or letter.id = letter_id);
  get diagnostics n_back = row_count;

  perform pg_notify('lastwill_outbox', '');
  return n_back;
end;
$$;

COMMENT ON FUNCTION lastwill.outbox_retry(letter_id bigint) IS 'Brings dead letters back, or the one named: select lastwill.outbox_retry(); Gives how many. [lastwill 4f8f53fa9de1]';

CREATE TABLE lastwill.outbox (
    edge text NOT NULL,
    key text NOT NULL,
    payload jsonb NOT NULL,
    emitted_at timestamp with time zone DEFAULT now() NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    next_try timestamp with time zone DEFAULT now() NOT NULL,
    last_error text,
    dead_at timestamp with time zone,
    id bigint NOT NULL
);

COMMENT ON TABLE lastwill.outbox IS 'Letters of rows that are gone, until a consumer has handled them. [lastwill f085e0655d44]';

COMMENT ON COLUMN lastwill.outbox.edge IS 'The edge that owned the row: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.outbox.key IS 'The key of the row that is gone.';

COMMENT ON COLUMN lastwill.outbox.payload IS 'Its columns that the edge declares under emit.';

COMMENT ON COLUMN lastwill.outbox.emitted_at IS 'When the transaction that ended the row began.';

COMMENT ON COLUMN lastwill.outbox.tries IS 'How often a consumer has taken it and not given it back.';

COMMENT ON COLUMN lastwill.outbox.next_try IS 'When it is due: a consumer''s lease, or the wait after a failure, is over then.';

COMMENT ON COLUMN lastwill.outbox.last_error IS 'Why the last failed try failed; null if none has.';

COMMENT ON COLUMN lastwill.outbox.dead_at IS 'When it was given up; null while it is not. lastwill.outbox_retry() brings it back.';

COMMENT ON COLUMN lastwill.outbox.id IS 'What outbox_done and the others know it by.';

CREATE FUNCTION lastwill.outbox_take(max_rows integer DEFAULT 100, lease interval DEFAULT '00:01:00'::interval, max_tries integer DEFAULT 10, edges text[] DEFAULT NULL::text[]) RETURNS SETOF lastwill.outbox
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    AS $$
declare
  oldest bigint;
  tried integer;
begin
  loop
    select letter.id, letter.tries
    into oldest, tried
    from lastwill.outbox as letter
    where letter.dead_at is null
      and letter.next_try <= now()
      and (edges is null or letter.edge = any(edges))
    order by letter.next_try, letter.id
    limit 1
    for update skip locked;

    if oldest is null then
      return;
    end if;

    exit when (tried >= max_tries) is not true;

    update lastwill.outbox as letter
    set dead_at = now(),
        last_error = concat_ws(
          '; before that: ',
          'taken ' || tried || ' times, and the last consumer never said what came of it',
          letter.last_error
        )
    where letter.id = oldest;
  end loop;

  return query
  update lastwill.outbox as letter
  set tries = letter.tries + 1,
      next_try = now() + lease
  where letter.id = any(
    array(
      select due.id
      from lastwill.outbox as due
      where due.dead_at is null
        and due.next_try <= now()
        and (edges is null or due.edge = any(edges))
        and due.tries = tried
      order by due.next_try, due.id
      limit greatest(max_rows / 10 ^ least(tried, 9), 1)
      for update skip locked
    )
  )
  returning letter.*;
end;
$$;

COMMENT ON FUNCTION lastwill.outbox_take(max_rows integer, lease interval, max_tries integer, edges text[]) IS 'Hands out letters that are due: nobody else gets them until the lease is over. A letter taken max_tries times before is given up instead; edges null is for all edges. [lastwill 332f0ed833ff]';

CREATE FUNCTION lastwill.pause(owner text, duration interval) RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  pause_end constant timestamptz := now() + least(duration, interval '30 days');
begin
  perform lastwill.known_owner(pause.owner);

  if duration is null or duration <= interval '0' then
    raise exception using
      errcode = '22023',
      message = format('a pause cannot last %s', coalesce(duration::text, 'null')),
      hint = 'Write for how long, as in: select lastwill.pause(''session'', ''1 hour'');';
  end if;

  insert into lastwill.paused as existing (owner, until)
  values (pause.owner, pause_end)
  on conflict on constraint paused_pkey do update set until = excluded.until;
  return pause_end;
end;
$$;

COMMENT ON FUNCTION lastwill.pause(owner text, duration interval) IS 'Keeps the sweep off one owner for a while: select lastwill.pause(''session'', ''1 hour''); For 30 days at most; gives until when. [lastwill 2f608e97d30f]';

CREATE FUNCTION lastwill.preview(owner text DEFAULT NULL::text, owner_key text DEFAULT NULL::text) RETURNS TABLE(edge text, depth integer, action text, rows bigint, sample text[], blocked_by text, reason text, due_at timestamp with time zone)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $_$
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

  -- "select"."-- Down? Migration"
  if coalesce(owner = 'user', true) then
    -- What holds up the sweep holds up nobody who deletes a row.
    blocked := case when owner_key is null then lastwill.preview_blocked('user') end;
    if owner_key is null and (blocked is null or owner is not null) then
      swept := array_append(swept, 'user');
    end if;

    edge := 'user';
    depth := 0;
    action := 'end';
    for rows, sample, blocked_by, places in
      select ending.rows, ending.sample, ending.blocked_by, ending.places
      from lastwill.user_ending(owner_key) as ending
    loop
      if blocked_by is null and (blocked is null or owner is not null) then
        gone_1 := gone_1 || places;
      end if;
      blocked_by := nullif(
        concat_ws('; ', blocked, blocked_by, lastwill.preview_held_by('select."-- Down Migration"', places)),
        ''
      );
      return next;
    end loop;
  end if;

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  -- Table
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      E'user."Cart" \\ `${x}` \u0024lastwill$;\u000a-- Up Migration\u000a',
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
    from only "select"."-- Down Migration" as parent
    join only public."Table" as owned on owned."by ""whom""" = parent.U&"Key Of\000aTwo Lines"
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
            lastwill.preview_held_by('public."Table"', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    select
      'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat',
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
    from only public."Table" as parent
    join only public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned on owned."order" = parent.id
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
            lastwill.preview_held_by('public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"', places)
        end
      ),
      ''
    );
    return next;
  end loop;

  -- -- Down? Migration
  for edge, depth, action, reason, blocked_by, due_at, rows, sample, places in
    with declared (number, edge, depth, action, grace, is_decided) as (
      values
        (1, 'user.-- Down Migration', 1, 'delete', interval '10 minutes', true)
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
          ((
            (
              parent."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
              and parent."it's over" at time zone 'Europe/Berlin' <= now()
            )
            or parent."end" <= now()
          )) is not true,
          true
        from only "select"."-- Down Migration" as parent
        join lastwill."user_-- Down Migration" as link on link.owner_key = parent.U&"Key Of\000aTwo Lines"
        left join only public."-- Down Migration" as owned on owned.U&"\0024lastwill$ ${key}" = link.owned_key
        where parent.ctid = any(gone_1)

        union all

        select
          1,
          owned.ctid,
          false,
          true
        from lastwill.released as entry
        join only public."-- Down Migration" as owned on owned.U&"\0024lastwill$ ${key}" = cast(entry.owned_key as uuid)
        where entry.edge = 'user.-- Down Migration'
          and entry.due_at <= now()
          and entry.owned_key <> ''
          and 'user' = any(swept)
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
      join only public."-- Down Migration" as owned on owned.ctid = in_question.place
      join lastwill."user_-- Down Migration" as link on link.owned_key = owned.U&"\0024lastwill$ ${key}"
      left join only "select"."-- Down Migration" as parent on parent.U&"Key Of\000aTwo Lines" = link.owner_key
      where (parent.ctid = any(gone_1)) is not true

      union all

      select in_question.place, entry.due_at
      from in_question
      join only public."-- Down Migration" as owned on owned.ctid = in_question.place
      join lastwill.released as entry on entry.owned_key = owned.U&"\0024lastwill$ ${key}"::text
      where entry.edge = any(array['user.-- Down Migration']::text[])
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
        owned.U&"\0024lastwill$ ${key}"::text as shown
      from fate
      left join only public."-- Down Migration" as owned on owned.ctid = fate.place
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
            lastwill.preview_held_by('public."-- Down Migration"', places)
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
        ('user', 0),
        ('user.-- Down Migration', 1)
    ) as place (edge, depth) on place.edge = kept.edge
    where kept.owner = any(swept)
      and kept.next_try > now()
    group by kept.edge, place.depth
    order by place.depth, kept.edge
  loop
    return next;
  end loop;
end;
$_$;

COMMENT ON FUNCTION lastwill.preview(owner text, owner_key text) IS 'What the next sweep would do: select * from lastwill.preview(''session''); Of one owner or of all; with owner_key, what the end of that row would do. It changes nothing. What has a blocked_by does not happen as long as that is so. [lastwill 567954c83559]';

CREATE FUNCTION lastwill.preview_blocked(owner text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  paused_until timestamptz;
  n_due bigint;
  n_total bigint;
begin
  select pause.until
  into paused_until
  from lastwill.paused as pause
  where pause.owner = preview_blocked.owner
    and pause.until > now();

  if found then
    return format('paused until %s', paused_until);
  end if;

  select backlog.due, backlog.total
  into n_due, n_total
  from lastwill.sweep_backlog(owner) as backlog;

  if n_due < 1000
    or not exists (
      select
      from lastwill.sweep_setting as setting
      where setting.owner = preview_blocked.owner
        and n_due > setting.hold_over * n_total
    )
    or exists (
      select
      from lastwill.hold as held
      where held.owner = preview_blocked.owner
        and held.accepted_at > now() - interval '1 day'
    )
  then
    return null;
  end if;

  return format('held: about %s of %s rows are due at once', n_due, n_total);
end;
$$;

COMMENT ON FUNCTION lastwill.preview_blocked(owner text) IS 'What keeps the sweep from an owner altogether: a pause, or that it would hold. [lastwill 8c5116aaa1fc]';

CREATE FUNCTION lastwill.preview_held_by(ending regclass, places tid[]) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_variable
declare
  holding record;
  n_rows bigint;
  found_keys text[] := cast('{}' as text[]);
begin
  for holding in
    select
      foreign_key.conname as name,
      foreign_key.conrelid::regclass as referring,
      (
        select string_agg(
          format('referring.%I = ending.%I', its_column.attname, key_column.attname), ' and '
        )
        from unnest(foreign_key.conkey, foreign_key.confkey) as pair (its, key)
        join pg_attribute as its_column
          on its_column.attrelid = foreign_key.conrelid
          and its_column.attnum = pair.its
        join pg_attribute as key_column
          on key_column.attrelid = foreign_key.confrelid
          and key_column.attnum = pair.key
      ) as refers
    from pg_constraint as foreign_key
    where foreign_key.contype = 'f'
      and foreign_key.confrelid = ending
      and foreign_key.confdeltype in ('a', 'r')
      and foreign_key.conparentid = 0
    order by foreign_key.conrelid::regclass::text, foreign_key.conname
  loop
    execute format(
      'select count(*) from %s as referring join only %s as ending on %s '
        'where ending.ctid = any($1)',
      holding.referring, ending, holding.refers
    )
    into n_rows
    using places;

    if n_rows > 0 then
      found_keys := found_keys
        || format('foreign key %I of %s (rows: %s)', holding.name, holding.referring, n_rows);
    end if;
  end loop;

  return nullif(array_to_string(found_keys, ', '), '');
end;
$_$;

COMMENT ON FUNCTION lastwill.preview_held_by(ending regclass, places tid[]) IS 'Which foreign keys of yours would keep these rows from being deleted. [lastwill defa5237ae7a]';

CREATE FUNCTION lastwill.quarantine_row(row_owner text, row_edge text, row_key text, error_state text, error_message text) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
  until timestamptz;
begin
  insert into lastwill.quarantine as kept (owner, edge, key, sqlstate, message)
  values (row_owner, row_edge, row_key, error_state, error_message)
  on conflict (edge, key) do update
  set sqlstate = excluded.sqlstate,
      message = excluded.message,
      tries = kept.tries + 1,
      next_try = now() + least(interval '1 minute' * 2 ^ least(kept.tries, 11), interval '1 day')
  returning next_try into until;

  return until;
end;
$$;

COMMENT ON FUNCTION lastwill.quarantine_row(row_owner text, row_edge text, row_key text, error_state text, error_message text) IS 'Puts a row aside that cannot end, and says until when. [lastwill 4244510a125d]';

CREATE FUNCTION lastwill.read_uuid(value jsonb) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((jsonb_typeof(value) = 'string'::text) AND ((value #>> '{}'::text[]) ~* '^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$'::text)) THEN ((value #>> '{}'::text[]))::uuid ELSE NULL::uuid END;

COMMENT ON FUNCTION lastwill.read_uuid(value jsonb) IS 'A key of type uuid from a JSON value; null when it is none. Never raises an error. [lastwill 71e034b8c06a]';

CREATE PROCEDURE lastwill.release_orphans(IN edge text DEFAULT NULL::text, IN grace interval DEFAULT '00:10:00'::interval, INOUT handed_over jsonb DEFAULT NULL::jsonb)
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_variable
declare
  steps integer[];
  step integer;
  batch bigint;
  done record;
  tries integer;
begin
  commit;
  set transaction isolation level read committed;
  steps := lastwill.release_orphans_begin(edge, grace);
  handed_over := '{}';

  foreach step in array steps loop
    batch := 0;
    tries := 0;
    loop
      done := lastwill.release_orphans_batch(step, batch, grace);
      commit;
      set transaction isolation level read committed;
      exit when done.edge is null;

      if done.n_rows is null and tries < 20 then
        tries := tries + 1;
        perform pg_catalog.pg_sleep(0.25);
        continue;
      end if;

      if done.n_rows is null then
        raise warning 'lastwill: rows of % were locked by others and are left as they are',
          done.edge
          using hint = 'Call it again when nobody holds on to them.';
      elsif done.n_rows > 0 then
        handed_over := handed_over operator(pg_catalog.||) pg_catalog.jsonb_build_object(
          done.edge,
          coalesce((handed_over operator(pg_catalog.->>) done.edge)::bigint, 0) + done.n_rows
        );
      end if;

      tries := 0;
      batch := batch + 1;
    end loop;
  end loop;
end;
$$;

COMMENT ON PROCEDURE lastwill.release_orphans(IN edge text, IN grace interval, INOUT handed_over jsonb) IS 'Hands rows that linger (see lastwill.orphan) to the sweep: call lastwill.release_orphans(); Of one edge or of all; the sweep looks at them when the grace is over. Gives how many rows of each edge. It commits, and may be cut off and called again. [lastwill 07f6467fb133]';

CREATE FUNCTION lastwill.release_orphans_batch(step integer, batch bigint, grace interval, OUT edge text, OUT n_rows bigint) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
      edge := E'user."Cart" \\ `${x}` \u0024lastwill$;\u000a-- Up Migration\u000a';
      owned := 'public."Table"';
    when 2 then
      edge := 'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat';
      owned := 'public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"';
    when 3 then
      edge := 'user.-- Down Migration';
      owned := 'public."-- Down Migration"';
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
      n_rows := lastwill.U&"user_""Cart"" \\ `${x}` \0024lastwill$;\000a-- Up Migration\000a_untie"(from_place, to_place);
    when 2 then
      n_rows := lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_8014bd78"(from_place, to_place);
    when 3 then
      n_rows := lastwill."user_-- Down Migration_hand_over"(from_place, to_place, grace);
  end case;
end;
$_$;

COMMENT ON FUNCTION lastwill.release_orphans_batch(step integer, batch bigint, grace interval, OUT edge text, OUT n_rows bigint) IS 'Hands to the sweep the rows that linger on a few pages of a table. [lastwill 5f65afce7666]';

CREATE FUNCTION lastwill.release_orphans_begin(edge text, grace interval) RETURNS integer[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
        (1, E'user."Cart" \\ `${x}` \u0024lastwill$;\u000a-- Up Migration\u000a', false),
        (2, 'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat', false),
        (3, 'user.-- Down Migration', false)
    ) as step (place, edge, asked_for_only)
    where step.edge = release_orphans_begin.edge
      or (release_orphans_begin.edge is null and not step.asked_for_only)
    order by step.place
  );
end;
$_$;

COMMENT ON FUNCTION lastwill.release_orphans_begin(edge text, grace interval) IS 'The steps by which rows that linger are handed to the sweep. [lastwill 1e76962aed7d]';

CREATE FUNCTION lastwill.resume(owner text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  perform lastwill.known_owner(resume.owner);

  delete from lastwill.paused as existing
  where existing.owner = resume.owner;

  update lastwill.hold as existing
  set accepted_at = now()
  where existing.owner = resume.owner
    and existing.accepted_at is null;
end;
$$;

COMMENT ON FUNCTION lastwill.resume(owner text) IS 'Ends a pause early, and lets a sweep that holds go on: select lastwill.resume(''session''); [lastwill 26f7ea63a592]';

CREATE PROCEDURE lastwill.sweep(IN owner text DEFAULT NULL::text, IN worker integer DEFAULT 1, IN accept boolean DEFAULT false)
    LANGUAGE plpgsql
    AS $$
declare
  swept text;
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  end if;

  foreach swept in array lastwill.sweep_order(owner, worker) loop
    call lastwill.sweep_owner(swept, worker, accept);
  end loop;
end;
$$;

COMMENT ON PROCEDURE lastwill.sweep(IN owner text, IN worker integer, IN accept boolean) IS 'Ends expired owners and released rows that are due: call lastwill.sweep(); Of all owners, or of the one named; worker 2 and more only share a backlog; accept lets an owner''s sweep go on that holds. It commits, so no transaction may be open. [lastwill 0c60eecf81f6]';

CREATE FUNCTION lastwill.sweep_backlog(owner text, OUT due bigint, OUT total bigint, OUT pages bigint, OUT indexed boolean) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  case owner
    when 'user' then
      select backlog.due, backlog.total, backlog.pages, backlog.indexed
      into due, total, pages, indexed
      from lastwill.user_backlog() as backlog;
  end case;
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_backlog(owner text, OUT due bigint, OUT total bigint, OUT pages bigint, OUT indexed boolean) IS 'How much of an owner is due. [lastwill 72be236515e9]';

CREATE FUNCTION lastwill.sweep_batch(step text, run bigint, max_rows integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
  return
    case step
      when 'user' then lastwill.user_sweep_batch(run, max_rows)
      when 'user.-- Down Migration' then lastwill."user_-- Down Migration_sweep_batch"(run, max_rows)
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_batch(step text, run bigint, max_rows integer) IS 'One batch of one step of the sweep; gives how many rows it dealt with. [lastwill 964fc1fd42f9]';

CREATE FUNCTION lastwill.sweep_begin(owner text, worker integer DEFAULT 1, accept boolean DEFAULT false, max_rows bigint DEFAULT NULL::bigint) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    AS $$
#variable_conflict use_variable
declare
  run bigint;
  paused_until timestamptz;
  n_due bigint;
  n_total bigint;
  n_pages bigint;
  indexed boolean;
  in_heap boolean;
begin
  perform lastwill.known_owner(owner);

  select pause.until
  into paused_until
  from lastwill.paused as pause
  where pause.owner = sweep_begin.owner
    and pause.until > now();

  if found then
    raise notice 'lastwill: the sweep of "%" is paused until %', owner, paused_until
      using hint = format('To end the pause: select lastwill.resume(%L);', owner);
    return null;
  end if;

  select backlog.due, backlog.total, backlog.pages, backlog.indexed
  into n_due, n_total, n_pages, indexed
  from lastwill.sweep_backlog(owner) as backlog;

  if lastwill.sweep_holds(owner, n_due, n_total, accept, max_rows is not null) then
    return null;
  end if;

  -- Page by page a backlog goes faster than in the order of expiry, which comes back to each page
  -- again and again. With less than one row due on every second page it is the other way round,
  -- unless no index has the order of expiry: then each batch would read the whole table.
  in_heap := n_due >= 1000 and n_due * 2 >= n_pages or not indexed and n_due > 0;

  -- One is enough for what falls due from minute to minute.
  if worker > 1 and (n_due < 1000 or not in_heap) then
    return null;
  end if;

  insert into lastwill.sweep_run (owner, worker, stop_at, max_rows, due)
  select owner, worker, clock_timestamp() + setting.budget, max_rows, n_due
  from lastwill.sweep_setting as setting
  where setting.owner = sweep_begin.owner
  returning id into run;

  perform lastwill.sweep_steps(run, case when in_heap then n_pages end);
  return run;
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_begin(owner text, worker integer, accept boolean, max_rows bigint) IS 'Opens a run of the sweep; null when this worker is not to sweep now. [lastwill bc1b7246cb9c]';

CREATE FUNCTION lastwill.sweep_counted(run bigint, n_owners bigint, n_released bigint) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  update lastwill.sweep_run as counted
  set owners_ended = counted.owners_ended + n_owners,
      released_ended = counted.released_ended + n_released
  where counted.id = run;
$$;

COMMENT ON FUNCTION lastwill.sweep_counted(run bigint, n_owners bigint, n_released bigint) IS 'Adds what has ended to the figures of its run. [lastwill 41a3347e0ea6]';

CREATE FUNCTION lastwill.sweep_end(run bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  swept text;
  kept_for interval;
begin
  update lastwill.sweep_run as closed
  set ended_at = clock_timestamp()
  from lastwill.sweep_setting as setting
  where closed.id = run
    and setting.owner = closed.owner
  returning closed.owner, greatest(setting.log_days, 1) * interval '1 day'
  into swept, kept_for;

  delete from lastwill.sweep_run as old
  where old.owner = swept
    and old.started_at < now() - kept_for;

  -- Every row in quarantine is tried again when its time has come; one that was not is gone.
  delete from lastwill.quarantine as kept
  where kept.owner = swept
    and kept.next_try < now() - interval '1 day';

  delete from lastwill.paused as past
  where past.owner = swept
    and past.until <= now();

  -- pg_cron's log has no index on time, so it is read once an hour only.
  if not exists (
    select
    from lastwill.sweep_run as earlier
    where earlier.owner = swept
      and earlier.id < run
      and earlier.started_at >= date_trunc('hour', now())
  ) then
    perform lastwill.trim_cron_log(now() - kept_for);
  end if;
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_end(run bigint) IS 'Closes a run of the sweep and trims the logs. [lastwill e052c89958ba]';

CREATE FUNCTION lastwill.sweep_failed(run bigint, error_state text, error_message text) RETURNS void
    LANGUAGE sql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  update lastwill.sweep_run as failed
  set last_error = error_state || ': ' || error_message
  where failed.id = run;
$$;

COMMENT ON FUNCTION lastwill.sweep_failed(run bigint, error_state text, error_message text) IS 'Writes down why a batch failed. [lastwill 9e0535bbe82e]';

CREATE FUNCTION lastwill.sweep_holds(owner text, n_due bigint, n_total bigint, accept boolean, in_part boolean) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  accepted timestamptz;
begin
  if n_due < 1000 or not exists (
    select
    from lastwill.sweep_setting as setting
    where setting.owner = sweep_holds.owner
      and n_due > setting.hold_over * n_total
  ) then
    -- What was accepted was this backlog, and not the next.
    delete from lastwill.hold as past
    where past.owner = sweep_holds.owner;
    return false;
  end if;

  insert into lastwill.hold as held (owner, due, total, accepted_at)
  values (owner, n_due, n_total, case when accept and not in_part then now() end)
  on conflict on constraint hold_pkey do update
  set due = excluded.due,
      total = excluded.total,
      accepted_at = coalesce(excluded.accepted_at, held.accepted_at)
  returning held.accepted_at into accepted;

  -- Nobody who looked yesterday has seen what is due today.
  if accepted > now() - interval '1 day' or accept then
    return false;
  end if;

  raise warning 'lastwill: the sweep of "%" holds: about % of % rows are due at once',
    owner, n_due, n_total
    using hint = format(
      'Is the clock right, and the time zone of its expiry? If so: select lastwill.resume(%L);',
      owner
    );
  return true;
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_holds(owner text, n_due bigint, n_total bigint, accept boolean, in_part boolean) IS 'Whether too large a share is due for a sweep to go on unasked. [lastwill e9f3abde1d0e]';

CREATE FUNCTION lastwill.sweep_job(owner text) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
declare
  job text;
begin
  if not exists (select from pg_extension where extname = 'pg_cron') then
    return 'none: pg_cron is not in this database';
  end if;

  if not has_schema_privilege('cron', 'usage') then
    return format('unknown: role %s may not use schema cron', current_user);
  end if;

  execute $sql$
    select string_agg(
      format(
        '%s: %s%s',
        job.jobname,
        job.schedule,
        case when job.active then '' else ' (inactive)' end
      ),
      ', '
      order by job.jobname
    )
    from cron.job
    where job.database = current_database()
      and (
        job.command ~ '^call lastwill\.sweep\((worker => \d+)?\)$'
        or starts_with(job.command, format('call lastwill.sweep(%L', $1))
      )
  $sql$
  into job
  using sweep_job.owner;

  return coalesce(job, 'none: no pg_cron job calls lastwill.sweep()');
end;
$_$;

COMMENT ON FUNCTION lastwill.sweep_job(owner text) IS 'The pg_cron job that sweeps an owner, or why there is none. [lastwill a6e9964d2319]';

CREATE FUNCTION lastwill.sweep_next(run bigint, OUT step text, OUT n_rows integer, OUT took interval) RETURNS record
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  -- Whoever waits for a row of ours must have it well within the second after which PostgreSQL
  -- looks for deadlocks, and may pick him as the victim.
  aim constant double precision := 0.375;
  largest constant integer := 20000;
  max_rows integer;
  seconds_for_one double precision;
  seconds_left double precision;
  rows_left bigint;
  started timestamptz;
  seconds double precision;
begin
  select
    extract(epoch from running.stop_at - clock_timestamp()),
    running.max_rows - running.owners_ended - running.released_ended
  into seconds_left, rows_left
  from lastwill.sweep_run as running
  where running.id = run
    and running.ended_at is null
    and not exists (
      select
      from lastwill.paused as pause
      where pause.owner = running.owner
        and pause.until > now()
    );

  if seconds_left is null or seconds_left <= 0 or rows_left <= 0 then
    return;
  end if;

  -- In turns, so that no step waits for another's backlog.
  select in_turn.step, in_turn.batch, in_turn.pace
  into step, max_rows, seconds_for_one
  from lastwill.sweep_step as in_turn
  where in_turn.run = sweep_next.run
    and not in_turn.done
  order by in_turn.turns, in_turn.position
  limit 1;

  if step is null then
    return;
  end if;

  started := clock_timestamp();
  begin
    n_rows := lastwill.sweep_batch(
      step,
      run,
      -- The last batch is one that fits into the time that is left.
      greatest(least(max_rows, rows_left, seconds_left / seconds_for_one), 1)::integer
    );
  exception
    -- Somebody has the whole table to himself: another time.
    when lock_not_available then
      n_rows := 0;
  end;
  took := clock_timestamp() - started;
  -- A clock may be coarse, or set back.
  seconds := greatest(extract(epoch from took), 0.001);

  -- What a batch ends may let go of what a later step sees to.
  if n_rows is distinct from 0 then
    update lastwill.sweep_run as running
    set batches = running.batches + 1
    where running.id = run;

    update lastwill.sweep_step as in_turn
    set done = false
    where in_turn.run = sweep_next.run
      and in_turn.done;
  end if;

  update lastwill.sweep_step as in_turn
  set turns = in_turn.turns + 1,
      done = coalesce(n_rows = 0, false),
      pace = coalesce(seconds / nullif(n_rows, 0), in_turn.pace),
      batch =
        case
          -- Cut down fast to the one row that is to blame.
          when n_rows is null then greatest(least(in_turn.batch, 1000) / 8, 1)
          when n_rows >= in_turn.batch or seconds > aim then
            least(greatest(in_turn.batch * least(greatest(aim / seconds, 0.125), 2), 1), largest)
          else in_turn.batch
        end
  where in_turn.run = sweep_next.run
    and in_turn.step = sweep_next.step;
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_next(run bigint, OUT step text, OUT n_rows integer, OUT took interval) IS 'The next batch of a run, to be committed by itself. [lastwill 6972b97d1868]';

CREATE FUNCTION lastwill.sweep_order(owner text, worker integer) RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
  select coalesce(array_agg(setting.owner order by last_run.started_at nulls first), '{}')
  from lastwill.sweep_setting as setting
  left join lateral (
    select run.started_at
    from lastwill.sweep_run as run
    where run.owner = setting.owner
    order by run.id desc
    limit 1
  ) as last_run on true
  where setting.workers >= sweep_order.worker
    and (sweep_order.owner is null or setting.owner = sweep_order.owner);
$$;

COMMENT ON FUNCTION lastwill.sweep_order(owner text, worker integer) IS 'The owners that a worker sweeps, in order. [lastwill fa21772b7cf9]';

CREATE PROCEDURE lastwill.sweep_owner(IN owner text, IN worker integer, IN accept boolean)
    LANGUAGE plpgsql
    AS $$
declare
  run bigint;
  step text;
  error_state text;
  error_message text;
begin
  commit;
  -- First thing in each transaction, whatever the role's default: with a fixed snapshot nothing
  -- that is shared could be decided.
  set transaction isolation level read committed;

  begin
    run := lastwill.sweep_begin(owner, worker, accept);
  exception
    -- A column that is gone, a lock on the whole table: no reason to leave the other owners.
    when others then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      raise warning 'lastwill: the sweep of "%" cannot begin (%: %)',
        owner, error_state, error_message;
  end;

  commit;
  set transaction isolation level read committed;

  if run is null then
    return;
  end if;

  loop
    step := (select batch.step from lastwill.sweep_next(run) as batch);
    commit;
    set transaction isolation level read committed;
    exit when step is null;
  end loop;

  perform lastwill.sweep_end(run);
  commit;
end;
$$;

COMMENT ON PROCEDURE lastwill.sweep_owner(IN owner text, IN worker integer, IN accept boolean) IS 'Sweeps one owner, a transaction to a batch, until nothing is due or the time is up. [lastwill c9379a001866]';

CREATE FUNCTION lastwill.sweep_steps(run bigint, heap_pages bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  swept text;
begin
  select begun.owner
  into swept
  from lastwill.sweep_run as begun
  where begun.id = run;

  insert into lastwill.sweep_step (run, step, position, batch, windows)
  select
    run,
    step.name,
    step.position,
    least(coalesce(former.batch, 250), 250),
    case when step.position = 1 then (heap_pages + 127) / 128 end
  from lastwill.sweep_setting as setting
  cross join lateral unnest(setting.steps) with ordinality as step (name, position)
  left join lateral (
    select earlier.batch
    from lastwill.sweep_step as earlier
    where earlier.step = step.name
    order by earlier.run desc
    limit 1
  ) as former on true
  where setting.owner = swept;

  delete from lastwill.sweep_step as old
  using lastwill.sweep_run as past
  where past.id = old.run
    and past.owner = swept
    and past.id <> run
    and (past.ended_at is not null or past.started_at < now() - interval '1 day');
end;
$$;

COMMENT ON FUNCTION lastwill.sweep_steps(run bigint, heap_pages bigint) IS 'Lays out the steps of a run. [lastwill 742a477f1049]';

CREATE FUNCTION lastwill.trim_cron_log(before timestamp with time zone) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
begin
  if not exists (select from pg_extension where extname = 'pg_cron')
    or not has_schema_privilege('cron', 'usage')
    or not has_table_privilege('cron.job_run_details', 'select, delete')
  then
    return;
  end if;

  -- One that could not connect has no time of its own, but its place in the order.
  execute format(
    $sql$
      delete from %1$s as old
      where old.database = current_database()
        and starts_with(old.command, 'call lastwill.sweep(')
        and old.runid <= (
          select max(past.runid)
          from %1$s as past
          where past.end_time < $1
        )
        and coalesce(old.end_time < $1, old.status = 'failed')
    $sql$,
    'cron.job_run_details'
  )
  using trim_cron_log.before;
end;
$_$;

COMMENT ON FUNCTION lastwill.trim_cron_log(before timestamp with time zone) IS 'Deletes what pg_cron noted of the sweep''s jobs before that moment. [lastwill 75a10c579e5b]';

CREATE FUNCTION lastwill."user_""Cart"" \ `${x}` $lastwill$;
_untie"(from_place tid, to_place tid) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    AS $_$
#variable_conflict use_variable
declare
  all_places tid[];
  places tid[];
  n_rows bigint;
  n_untied bigint := 0;
begin
  all_places := array(
    select owned.ctid
    from only public."Table" as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned."by ""whom""" is not null
        and not exists (
          select
          from only "select"."-- Down Migration" as parent
          where parent.U&"Key Of\000aTwo Lines" operator(pg_catalog.=) owned."by ""whom"""
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only "select"."-- Down Migration" in share mode;
    all_places := array(
      select owned.ctid
      from only public."Table" as owned
      where owned."by ""whom""" is not null
        and not exists (
          select
          from only "select"."-- Down Migration" as parent
          where parent.U&"Key Of\000aTwo Lines" operator(pg_catalog.=) owned."by ""whom"""
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
      perform set_config('search_path', 'public, select, pg_temp', true);
      delete from only public."Table" as owned
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
            E'user."Cart" \\ `${x}` \u0024lastwill$;\u000a-- Up Migration\u000a', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$_$;

COMMENT ON FUNCTION lastwill."user_""Cart"" \ `${x}` $lastwill$;
_untie"(from_place tid, to_place tid) IS 'Unties the rows of Table on these pages whose parent is not there. [lastwill 9ad238d81095]';

CREATE FUNCTION lastwill."user_""Cart"" \ `${x}` $lastwill$;
_why"(key text) RETURNS TABLE(edge text, reason text, owner_key text, above text[], until timestamp with time zone, detail text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare
  asked public."Table";
  this public."Table";
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public."Table"),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public."Table" as owned
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
    E'user."Cart" \\ `${x}` \u0024lastwill$;\u000a-- Up Migration\u000a'::text,
    case
      when owner.U&"Key Of\000aTwo Lines" is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.U&"Key Of\000aTwo Lines" is not null then owner.U&"Key Of\000aTwo Lines"::text
      else owned_1."by ""whom"""::text
    end,
    array_remove('{}'::text[], null),
    least(
      (owner."it's over" at time zone 'Europe/Berlin'),
      owner."end"
    ),
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'user'
        and kept.key = owner.U&"Key Of\000aTwo Lines"::text
    )
  from (
    select (this).*
  ) as owned_1
  left join "select"."-- Down Migration" as owner on owner.U&"Key Of\000aTwo Lines" = owned_1."by ""whom"""
  where owned_1."by ""whom""" is not null;
end;
$_$;

COMMENT ON FUNCTION lastwill."user_""Cart"" \ `${x}` $lastwill$;
_why"(key text) IS 'Why a row of Table is still there. [lastwill c0dd9cc23a41]';

CREATE FUNCTION lastwill."user_-- Down Migration_decide"(keys uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
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
    select owned.ctid as place, owned.U&"\0024lastwill$ ${key}" as key
    from only public."-- Down Migration" as owned
    where owned.U&"\0024lastwill$ ${key}" = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', 'public, select, pg_temp', true);
  -- cascade: the row goes, and with it what its foreign keys say.
  delete from only public."-- Down Migration" as owned
  where owned.ctid operator(pg_catalog.=) any (places)
    and not exists (
      select
      from lastwill."user_-- Down Migration" as link
      where link.owned_key operator(pg_catalog.=) cast(owned.U&"\0024lastwill$ ${key}" as uuid)
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['user.-- Down Migration']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.U&"\0024lastwill$ ${key}"::text
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
      from only public."-- Down Migration" as owned
      where owned.U&"\0024lastwill$ ${key}" = done.key
        and not exists (
          select
          from lastwill."user_-- Down Migration" as link
          where link.owned_key operator(pg_catalog.=) cast(owned.U&"\0024lastwill$ ${key}" as uuid)
        )
        and not exists (
          select
          from lastwill.released as entry
          where entry.edge operator(pg_catalog.=) any (
              array['user.-- Down Migration']::text[]
            )
            and entry.owned_key operator(pg_catalog.=) owned.U&"\0024lastwill$ ${key}"::text
            -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
            -- never knows how long a queue is, and would take any other index or join for as good.
            and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
          offset 0
        )
    )
  );
end;
$_$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_decide"(keys uuid[]) IS 'Ends those of these -- Down Migration that no owner has any more; gives what it could decide. [lastwill 18d7132d3746]';

CREATE FUNCTION lastwill."user_-- Down Migration_end"(owners text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    AS $_$
#variable_conflict use_variable
declare
  cut_owners text[];
  cut_keys uuid[];
  decided uuid[];
begin
  with cut as (
    delete from lastwill."user_-- Down Migration" as link
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
    decided := lastwill."user_-- Down Migration_decide"(cut_keys);
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
    'user.-- Down Migration',
    cut.owned_key::text,
    cut.owner_key::text,
    case
      when exists (select from public."-- Down Migration" as owned where owned.U&"\0024lastwill$ ${key}" = cut.owned_key) then now()
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
$_$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_end"(owners text[]) IS 'Cuts the links of these owners and ends at once the -- Down Migration that no other owner names. [lastwill baae5f322aec]';

CREATE FUNCTION lastwill."user_-- Down Migration_hand_over"(from_place tid, to_place tid, grace interval) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    AS $_$
#variable_conflict use_variable
declare
  n_rows bigint;
begin
  -- A row that names nobody gets the key of nobody: no claim and no adoption is to find it by that.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'user.-- Down Migration', owned.U&"\0024lastwill$ ${key}"::text, 'orphan ' || gen_random_uuid(), now() + grace
  from only public."-- Down Migration" as owned
  where owned.ctid > from_place
    and owned.ctid < to_place
    and not exists (
      select
      from lastwill."user_-- Down Migration" as link
      where link.owned_key operator(pg_catalog.=) cast(owned.U&"\0024lastwill$ ${key}" as uuid)
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge operator(pg_catalog.=) any (
          array['user.-- Down Migration']::text[]
        )
        and entry.owned_key operator(pg_catalog.=) owned.U&"\0024lastwill$ ${key}"::text
        -- Reckoned so, and with the offset, it is a look-up by the row's key for each row: the planner
        -- never knows how long a queue is, and would take any other index or join for as good.
        and (entry.due_at operator(pg_catalog.+) interval '0') operator(pg_catalog.>) pg_catalog.now()
      offset 0
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = any(array['user.-- Down Migration']::text[])
        and entry.owned_key = owned.U&"\0024lastwill$ ${key}"::text
      offset 0
    );

  get diagnostics n_rows = row_count;
  return n_rows;
end;
$_$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_hand_over"(from_place tid, to_place tid, grace interval) IS 'Hands to the sweep the rows of -- Down Migration on these pages that nobody ties. [lastwill c91e2b7dc4bc]';

CREATE FUNCTION lastwill."user_-- Down Migration_named"(document jsonb) RETURNS uuid[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ARRAY(SELECT DISTINCT lastwill.read_uuid((element_1.element_1 -> 'null'::text)) AS read_uuid FROM jsonb_path_query(("user_-- Down Migration_named".document #> '{"it''s \\ \"$lastwill$\"

COMMENT ON FUNCTION lastwill."user_-- Down Migration_named"(document jsonb) IS 'The keys of -- Down Migration that are named ($lastwill$ → "it''s \\ \"$lastwill$\"\n-- Down Migration"."a.b"[].null). [lastwill 3254eafe97ea]';

CREATE FUNCTION lastwill."user_-- Down Migration_release"(owners text[], still_named uuid[] DEFAULT '{}'::uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
begin
  with cut as (
    delete from lastwill."user_-- Down Migration" as link
    where link.owner_key = any(owners)
      and link.owned_key <> all(still_named)
    returning link.owner_key, link.owned_key
  )
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select 'user.-- Down Migration', cut.owned_key::text, cut.owner_key::text, now() + interval '10 minutes'
  from cut;
end;
$$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_release"(owners text[], still_named uuid[]) IS 'Cuts the links of these owners; the -- Down Migration wait out a grace of 10 minutes. [lastwill 457c8b2dc19e]';

CREATE FUNCTION lastwill."user_-- Down Migration_sweep_batch"(run bigint, max_rows integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    AS $_$
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
    where entry.edge = 'user.-- Down Migration'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill."user_-- Down Migration_decide"(keys);
    -- What is deferred would raise its errors at the commit, where nobody could tell the row.
    perform set_config('search_path', 'public, select, pg_temp', true);
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
        'user', 'user.-- Down Migration', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = 'user.-- Down Migration' then cast(entry.owned_key as uuid) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from public."-- Down Migration" as owned
        where owned.U&"\0024lastwill$ ${key}" =
          case when entry.edge = 'user.-- Down Migration' then cast(entry.owned_key as uuid) end
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
    from public."-- Down Migration" as owned
    where owned.U&"\0024lastwill$ ${key}" = done.key
  );

  delete from lastwill.quarantine as kept
  where kept.edge = 'user.-- Down Migration'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$_$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_sweep_batch"(run bigint, max_rows integer) IS 'One batch of the sweep: ends released -- Down Migration whose grace is over. [lastwill 3faccee898cc]';

CREATE FUNCTION lastwill."user_-- Down Migration_tie"(naming text, named uuid[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '700ms'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $_$
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
    from public."-- Down Migration" as owned
    where owned.U&"\0024lastwill$ ${key}" = any(named)
    for key share;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      null;
  end;

  -- A key that is not there yet is linked all the same: stores write the session last or first.
  insert into lastwill."user_-- Down Migration" (owner_key, owned_key)
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
      where entry.edge = any(array['user.-- Down Migration']::text[])
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
$_$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_tie"(naming text, named uuid[]) IS 'Ties to an owner the -- Down Migration that it names ($lastwill$ → "it''s \\ \"$lastwill$\"\n-- Down Migration"."a.b"[].null). [lastwill 4b9464091f23]';

CREATE FUNCTION lastwill."user_-- Down Migration_why"(key text) RETURNS TABLE(edge text, reason text, owner_key text, above text[], until timestamp with time zone, detail text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_column
declare
  asked public."-- Down Migration";
  this public."-- Down Migration";
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public."-- Down Migration"),
        jsonb_build_object(
          E'\u0024lastwill$ ${key}', key
        )
      );

      select (owned).*
      into this
      from public."-- Down Migration" as owned
      where owned.U&"\0024lastwill$ ${key}" = (asked).U&"\0024lastwill$ ${key}";

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
    'user.-- Down Migration'::text,
    case
      when owner.U&"Key Of\000aTwo Lines" is not null then 'owned'
      else 'lingering'
    end,
    case
      when owner.U&"Key Of\000aTwo Lines" is not null then owner.U&"Key Of\000aTwo Lines"::text
      else link_1.owner_key::text
    end,
    array_remove('{}'::text[], null),
    least(
      (owner."it's over" at time zone 'Europe/Berlin'),
      owner."end"
    ),
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'user'
        and kept.key = owner.U&"Key Of\000aTwo Lines"::text
    )
  from (
    select (this).*
  ) as owned_1
  join lastwill."user_-- Down Migration" as link_1 on link_1.owned_key = (asked).U&"\0024lastwill$ ${key}"
  left join "select"."-- Down Migration" as owner on owner.U&"Key Of\000aTwo Lines" = link_1.owner_key
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
  where entry.edge = any(array['user.-- Down Migration']::text[])
    and entry.owned_key = (asked).U&"\0024lastwill$ ${key}"::text;

  return query
  select
    kept.edge,
    'quarantined',
    null::text,
    null::text[],
    kept.next_try,
    kept.message
  from lastwill.quarantine as kept
  where kept.edge = any(array['user.-- Down Migration']::text[])
    and kept.key = (asked).U&"\0024lastwill$ ${key}"::text;

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
$_$;

COMMENT ON FUNCTION lastwill."user_-- Down Migration_why"(key text) IS 'Why a row of -- Down Migration is still there. [lastwill b1e2dc184cae]';

CREATE PROCEDURE lastwill.user_backfill(IN anew boolean DEFAULT false)
    LANGUAGE plpgsql
    AS $$
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
  values ('user_backfill')
  on conflict (name) do update
  set last_key = null, begun_at = pg_catalog.now()
  where anew;

  loop
    commit;
    set transaction isolation level read committed;
    started := pg_catalog.clock_timestamp();
    more := lastwill.user_backfill_batch(max_rows);
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
          'rows of "select"."-- Down Migration" have been locked by others for 10 minutes',
        hint = 'What was done is done. Call it again, or run migrate up again, when nobody does.';
    end if;
  end loop;

  -- Of a table that nobody has analyzed yet a sweep would read all, for each batch.
  if
    exists (select from lastwill."user_-- Down Migration" offset 1000)
  then
    analyze
      lastwill."user_-- Down Migration";
  end if;
end;
$$;

COMMENT ON PROCEDURE lastwill.user_backfill(IN anew boolean) IS 'Ties what the rows of "select"."-- Down Migration" name already. May be called again at any time: it goes on where it was cut off, or with anew => true from the beginning. It commits. [lastwill 84d11d249487]';

CREATE FUNCTION lastwill.user_backfill_batch(max_rows integer) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    AS $_$
#variable_conflict use_variable
declare
  last_key text;
  page_end text;
  naming text;
  document jsonb;
begin
  select cast(begun.last_key as text)
  into last_key
  from lastwill.backfill as begun
  where begun.name = 'user_backfill'
  for update;

  -- Somebody else who called it has come to the end.
  if not found then
    return false;
  end if;

  page_end := (
    select page.owner_key
    from (
      select cast(owner.U&"Key Of\000aTwo Lines" as text) as owner_key
      from "select"."-- Down Migration" as owner
      where last_key is null
        or cast(owner.U&"Key Of\000aTwo Lines" as text) > last_key
      order by owner.U&"Key Of\000aTwo Lines"
      limit max_rows
    ) as page
    order by page.owner_key desc
    limit 1
  );

  if page_end is not null then
    for naming, document in
      select
        page.owner_key,
        lastwill.decode_json(coalesce(page.U&"\0024lastwill$"::text, 'null'))
      from (
        select
          cast(owner.U&"Key Of\000aTwo Lines" as text) as owner_key,
          owner.U&"\0024lastwill$"
        from "select"."-- Down Migration" as owner
        where (
            last_key is null
            or cast(owner.U&"Key Of\000aTwo Lines" as text) > last_key
          )
          and cast(owner.U&"Key Of\000aTwo Lines" as text) <= page_end
        order by owner.U&"Key Of\000aTwo Lines"
        for no key update
      ) as page
    loop
      -- What cannot be read is counted in lastwill.status.
      if document is null then
        perform lastwill.note_undecodable('user', array[naming]::text[], array[document]);
      end if;
      perform lastwill."user_-- Down Migration_tie"(
        naming,
        lastwill."user_-- Down Migration_named"(document)
      );
    end loop;

    update lastwill.backfill as begun
    set last_key = page_end::text
    where begun.name = 'user_backfill';
    return true;
  end if;

  -- Links of rows that went while triggers were off keep what they named from ending. Nobody may be
  -- just inserting such a row again, or we would cut his links.
  if exists (
    select
    from lastwill."user_-- Down Migration" as link
    where not exists (
      select
      from "select"."-- Down Migration" as owner
      where cast(owner.U&"Key Of\000aTwo Lines" as text) operator(pg_catalog.=) link.owner_key
    )
  ) then
    perform set_config('lock_timeout', '1500ms', true);
    lock table "select"."-- Down Migration" in share row exclusive mode;
    perform lastwill."user_-- Down Migration_release"(
      array(
        select distinct link.owner_key
        from lastwill."user_-- Down Migration" as link
        where not exists (
          select
          from "select"."-- Down Migration" as owner
          where cast(owner.U&"Key Of\000aTwo Lines" as text) operator(pg_catalog.=) link.owner_key
        )
      )
    );
  end if;

  delete from lastwill.backfill as begun
  where begun.name = 'user_backfill';
  return false;
exception
  when lock_not_available or deadlock_detected then
    return null;
end;
$_$;

COMMENT ON FUNCTION lastwill.user_backfill_batch(max_rows integer) IS 'Ties what the next rows of "select"."-- Down Migration" name; true while there are more. [lastwill e2a305ca66fa]';

CREATE FUNCTION lastwill.user_backlog(OUT due bigint, OUT total bigint, OUT pages bigint, OUT indexed boolean) RETURNS record
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  page_share real;
begin
  pages := pg_relation_size('select."-- Down Migration"') / current_setting('block_size')::integer;

  select coalesce(bool_and(leads.found), true)
  into indexed
  from unnest(array['it''s over', 'end']::text[]) as rule (column_name)
  cross join lateral (
    select count(*) > 0 as found
    from pg_index as index
    join pg_attribute as attribute
      on attribute.attrelid = index.indrelid
      and attribute.attnum = index.indkey[0]
    where index.indrelid = to_regclass('select."-- Down Migration"')
      and index.indisvalid
      and index.indpred is null
      and attribute.attname = rule.column_name
  ) as leads;

  select count(*)
  into due
  from (
    select
    from only "select"."-- Down Migration" as owner
    where (
      (
        owner."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
        and owner."it's over" at time zone 'Europe/Berlin' <= now()
      )
      or owner."end" <= now()
    )
      and owner.U&"Key Of\000aTwo Lines"::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'user'
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
        where (
          (
            owner."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
            and owner."it's over" at time zone 'Europe/Berlin' <= now()
          )
          or owner."end" <= now()
        )
          and owner.U&"Key Of\000aTwo Lines"::text not in (
            select kept.key
            from lastwill.quarantine as kept
            where kept.edge = 'user'
              and kept.next_try > now()
          )
      ) / page_share
    ),
    round(count(*) / page_share)
  into due, total
  from only "select"."-- Down Migration" as owner
  tablesample system (page_share * 100) repeatable (0);
end;
$$;

COMMENT ON FUNCTION lastwill.user_backlog(OUT due bigint, OUT total bigint, OUT pages bigint, OUT indexed boolean) IS 'How many rows of "select"."-- Down Migration" are due, and of how many. [lastwill 57af63df059f]';

CREATE FUNCTION lastwill.user_changed() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $_$
#variable_conflict use_variable
declare
  document jsonb;
begin
  if (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_) is distinct from (select row_.U&"Key Of\000aTwo Lines" from (select old.*) as row_) then
    update lastwill."user_-- Down Migration" as link
    set owner_key = (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_)
    where link.owner_key = (select row_.U&"Key Of\000aTwo Lines" from (select old.*) as row_);
    delete from lastwill.undecodable as noted
    where noted.owner = 'user'
      and noted.owner_key = (select row_.U&"Key Of\000aTwo Lines" from (select old.*) as row_)::text;
  end if;

  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    lastwill.decode_json(coalesce(standing.U&"\0024lastwill$"::text, 'null'))
  into
    document
  from "select"."-- Down Migration" as standing
  where standing.U&"Key Of\000aTwo Lines" = (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_);

  if not found then
    return null;
  end if;

  -- Noted when it cannot be read, struck out when it can be read again.
  if document is null or exists (
    select
    from lastwill.undecodable as noted
    where noted.owner = 'user'
      and noted.owner_key = (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_)::text
  ) then
    perform lastwill.note_undecodable('user', array[(select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_)]::text[], array[document]);
  end if;
  -- Data that cannot be read is unknown: it ties nothing, and above all releases nothing.
  if document is not null then
    if array(
      select link.owned_key
      from lastwill."user_-- Down Migration" as link
      where link.owner_key = (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_)
      order by link.owned_key
    ) is distinct from array(
      select tied.owned_key
      from unnest(lastwill."user_-- Down Migration_named"(document)) as tied (owned_key)
      order by tied.owned_key
    )
    then
      perform lastwill."user_-- Down Migration_release"(
        array[(select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_)]::text[],
        lastwill."user_-- Down Migration_named"(document)
      );
      perform lastwill."user_-- Down Migration_tie"(
        (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_),
        lastwill."user_-- Down Migration_named"(document)
      );
    end if;
  end if;

  return null;
end;
$_$;

COMMENT ON FUNCTION lastwill.user_changed() IS 'Ties what a changed row of "select"."-- Down Migration" names now, and lets go of what it names no more. [lastwill f8b7fb6ade6c]';

CREATE FUNCTION lastwill.user_deleted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_variable
declare
  expired text[];
  left_early text[];
  back text[];
begin
  select
    array_agg(gone.U&"Key Of\000aTwo Lines") filter (
      where (
        (
          gone."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
          and gone."it's over" at time zone 'Europe/Berlin' <= now()
        )
        or gone."end" <= now()
      )
    ),
    array_agg(gone.U&"Key Of\000aTwo Lines") filter (
      where ((
        (
          gone."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
          and gone."it's over" at time zone 'Europe/Berlin' <= now()
        )
        or gone."end" <= now()
      )) is not true
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
    select array_agg(standing.U&"Key Of\000aTwo Lines")
    into back
    from "select"."-- Down Migration" as standing
    where standing.U&"Key Of\000aTwo Lines" = any(expired || left_early);
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
  perform lastwill."user_-- Down Migration_release"(left_early);

  -- What an expired owner alone named ends with it.
  perform lastwill."user_-- Down Migration_end"(expired);

  delete from lastwill.undecodable as noted
  where noted.owner = 'user'
    and noted.owner_key = any((expired || left_early)::text[]);

  return null;
end;
$$;

COMMENT ON FUNCTION lastwill.user_deleted() IS 'Lets go of what deleted rows of "select"."-- Down Migration" had. [lastwill 3306943893a0]';

CREATE FUNCTION lastwill.user_due_again(run bigint, max_rows integer, OUT places tid[], OUT keys text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = user_due_again.run
    and in_hand.step = 'user';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, owner.U&"Key Of\000aTwo Lines"::text as key
      from only "select"."-- Down Migration" as owner
      where owner.ctid = any(all_places[:max_rows])
        and (
          (
            owner."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
            and owner."it's over" at time zone 'Europe/Berlin' <= now()
          )
          or owner."end" <= now()
        )
        and owner.U&"Key Of\000aTwo Lines"::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'user'
            and kept.next_try > now()
        )
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = user_due_again.run
      and in_hand.step = 'user';
  end loop;
end;
$$;

COMMENT ON FUNCTION lastwill.user_due_again(run bigint, max_rows integer, OUT places tid[], OUT keys text[]) IS 'Locks expired rows of "select"."-- Down Migration" whose batch failed. [lastwill 2ecae50215cf]';

CREATE FUNCTION lastwill.user_due_by_expiry(max_rows integer, OUT places tid[], OUT keys text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, owner.U&"Key Of\000aTwo Lines"::text as key
    from only "select"."-- Down Migration" as owner
    where (
      (
        owner."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
        and owner."it's over" at time zone 'Europe/Berlin' <= now()
      )
      or owner."end" <= now()
    )
      and owner.U&"Key Of\000aTwo Lines"::text not in (
        select kept.key
        from lastwill.quarantine as kept
        where kept.edge = 'user'
          and kept.next_try > now()
      )
    limit max_rows
    for update skip locked
  ) as due;
end;
$$;

COMMENT ON FUNCTION lastwill.user_due_by_expiry(max_rows integer, OUT places tid[], OUT keys text[]) IS 'Locks expired rows of "select"."-- Down Migration", the oldest first. [lastwill 6dde869eeb75]';

CREATE FUNCTION lastwill.user_due_in_heap(run bigint, max_rows integer, OUT places tid[], OUT keys text[]) RETURNS record
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_indexscan TO 'off'
    AS $$
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
  where in_hand.run = user_due_in_heap.run
    and in_hand.step = 'user';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval('lastwill.user_window');
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
      select owner.ctid as place, owner.U&"Key Of\000aTwo Lines"::text as key
      from only "select"."-- Down Migration" as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and (
          (
            owner."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
            and owner."it's over" at time zone 'Europe/Berlin' <= now()
          )
          or owner."end" <= now()
        )
        and owner.U&"Key Of\000aTwo Lines"::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'user'
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
  where in_hand.run = user_due_in_heap.run
    and in_hand.step = 'user';
end;
$$;

COMMENT ON FUNCTION lastwill.user_due_in_heap(run bigint, max_rows integer, OUT places tid[], OUT keys text[]) IS 'Locks expired rows of "select"."-- Down Migration", page by page. [lastwill 0f940e95c404]';

CREATE FUNCTION lastwill.user_end_rows(run bigint, places tid[], keys text[]) RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
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
      perform set_config('search_path', 'public, select, pg_temp', true);
      delete from only "select"."-- Down Migration" as owner
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
          'user', 'user', owner.U&"Key Of\000aTwo Lines"::text, '02000', 'delete left the row where it was'
        )
        from only "select"."-- Down Migration" as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = 'user'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        'user', 'user', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = user_end_rows.run
        and in_hand.step = 'user';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.user_end_rows(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$$;

COMMENT ON FUNCTION lastwill.user_end_rows(run bigint, places tid[], keys text[]) IS 'Deletes expired rows of "select"."-- Down Migration" that the sweep has locked. [lastwill 14412f74cd80]';

CREATE FUNCTION lastwill.user_ending(owner_key text) RETURNS TABLE(rows bigint, sample text[], blocked_by text, places tid[])
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
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
        owner.U&"Key Of\000aTwo Lines"::text as key,
        owner.xmax = any(running) as is_locked
      from only "select"."-- Down Migration" as owner
      where (
        (
          owner."it's over" <= (now() at time zone 'Europe/Berlin') + interval '1 day'
          and owner."it's over" at time zone 'Europe/Berlin' <= now()
        )
        or owner."end" <= now()
      )
        and owner.U&"Key Of\000aTwo Lines"::text not in (
          select kept.key
          from lastwill.quarantine as kept
          where kept.edge = 'user'
            and kept.next_try > now()
        )
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(owner.U&"Key Of\000aTwo Lines"::text), null::text, array_agg(owner.ctid)
    from only "select"."-- Down Migration" as owner
    where owner.U&"Key Of\000aTwo Lines" = cast(owner_key as text)
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
    message = 'no row of "select"."-- Down Migration" has this key',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$$;

COMMENT ON FUNCTION lastwill.user_ending(owner_key text) IS 'Which rows of "select"."-- Down Migration" a preview is about. [lastwill f8588051e316]';

CREATE FUNCTION lastwill.user_inserted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
#variable_conflict use_variable
declare
  document jsonb;
begin
  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    lastwill.decode_json(coalesce(standing.U&"\0024lastwill$"::text, 'null'))
  into
    document
  from "select"."-- Down Migration" as standing
  where standing.U&"Key Of\000aTwo Lines" = (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_);

  if not found then
    return null;
  end if;

  -- What cannot be read is counted in lastwill.status.
  if document is null then
    perform lastwill.note_undecodable('user', array[(select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_)]::text[], array[document]);
  end if;
  perform lastwill."user_-- Down Migration_tie"(
    (select row_.U&"Key Of\000aTwo Lines" from (select new.*) as row_),
    lastwill."user_-- Down Migration_named"(document)
  );

  return null;
end;
$_$;

COMMENT ON FUNCTION lastwill.user_inserted() IS 'Ties what a new row of "select"."-- Down Migration" names. [lastwill 3b1de40aa278]';

CREATE FUNCTION lastwill.user_sweep_batch(run bigint, max_rows integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '200ms'
    SET enable_bitmapscan TO 'off'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
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
  from lastwill.user_due_again(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.user_due_in_heap(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.user_due_by_expiry(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.user_end_rows(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$$;

COMMENT ON FUNCTION lastwill.user_sweep_batch(run bigint, max_rows integer) IS 'One batch of the sweep: ends expired rows of "select"."-- Down Migration". [lastwill 0cfd863889e6]';

CREATE FUNCTION lastwill.user_truncated() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    AS $$
#variable_conflict use_variable
begin
  perform lastwill."user_-- Down Migration_release"(
    array(
      select distinct link.owner_key
      from lastwill."user_-- Down Migration" as link
    )
  );

  delete from lastwill.undecodable as noted
  where noted.owner = 'user';

  return null;
end;
$$;

COMMENT ON FUNCTION lastwill.user_truncated() IS 'Lets go of what "select"."-- Down Migration" had before a TRUNCATE. [lastwill 0f86ac7c42ce]';

CREATE FUNCTION lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_8014bd78"(from_place tid, to_place tid) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_seqscan TO 'off'
    AS $$
#variable_conflict use_variable
declare
  all_places tid[];
  places tid[];
  n_rows bigint;
  n_untied bigint := 0;
begin
  all_places := array(
    select owned.ctid
    from only public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and owned."order" is not null
        and not exists (
          select
          from only public."Table" as parent
          where parent.id operator(pg_catalog.=) owned."order"
        )
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only public."Table" in share mode;
    all_places := array(
      select owned.ctid
      from only public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned
      where owned."order" is not null
        and not exists (
          select
          from only public."Table" as parent
          where parent.id operator(pg_catalog.=) owned."order"
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
      perform set_config('search_path', 'public, select, pg_temp', true);
      delete from only public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned
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
            'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$$;

COMMENT ON FUNCTION lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_8014bd78"(from_place tid, to_place tid) IS 'Unties the rows of Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat on these pages whose parent is not there. [lastwill 172d757079a2]';

CREATE FUNCTION lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_d0112366"(key text) RETURNS TABLE(edge text, reason text, owner_key text, above text[], until timestamp with time zone, detail text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
declare
  asked public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat";
  this public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat";
  is_there boolean := false;
begin
  if not is_there then
    begin
      asked := jsonb_populate_record(
        cast(null as public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"),
        jsonb_build_object(
          'id', key
        )
      );

      select (owned).*
      into this
      from public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" as owned
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
    'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat'::text,
    case
      when owner.U&"Key Of\000aTwo Lines" is not null then 'owned'
      when owned_1.id is not null then 'unowned'
      else 'lingering'
    end,
    case
      when owner.U&"Key Of\000aTwo Lines" is not null then owner.U&"Key Of\000aTwo Lines"::text
      else owned_2."order"::text
    end,
    array_remove(array[owned_1.id::text], null),
    least(
      (owner."it's over" at time zone 'Europe/Berlin'),
      owner."end"
    ),
    (
      select kept.message
      from lastwill.quarantine as kept
      where kept.edge = 'user'
        and kept.key = owner.U&"Key Of\000aTwo Lines"::text
    )
  from (
    select (this).*
  ) as owned_2
  left join public."Table" as owned_1 on owned_1.id = owned_2."order"
  left join "select"."-- Down Migration" as owner on owner.U&"Key Of\000aTwo Lines" = owned_1."by ""whom"""
  where owned_2."order" is not null;
end;
$$;

COMMENT ON FUNCTION lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_d0112366"(key text) IS 'Why a row of Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat is still there. [lastwill 0f333672b085]';

CREATE FUNCTION lastwill.why(owned regclass, key text) RETURNS TABLE(edge text, reason text, owner_key text, above text[], until timestamp with time zone, detail text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
begin
  case owned
    when 'public."Table"'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill.U&"user_""Cart"" \\ `${x}` \0024lastwill$;\000a-- Up Migration\000a_why"(key) as given;
    when 'public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_d0112366"(key) as given;
    when 'public."-- Down Migration"'::regclass then
      return query
      select
        given.edge,
        given.reason,
        given.owner_key,
        given.above,
        given.until,
        given.detail
      from lastwill."user_-- Down Migration_why"(key) as given;
    else
      raise exception using
        errcode = 'LW001',
        message = format('no edge declares the table %s', owned),
        hint = 'The tables that are declared: select owned, edge from lastwill.edge;';
  end case;
end;
$_$;

COMMENT ON FUNCTION lastwill.why(owned regclass, key text) IS 'Why a row is still there: select * from lastwill.why(''drafts'', ''7''); owner_key is a secret. No row where nobody owns it and nothing keeps it; the error LW001 for a table without an edge. [lastwill bf4e0fd80174]';

CREATE TABLE lastwill.backfill (
    name text NOT NULL,
    last_key text,
    begun_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE lastwill.backfill IS 'Backfills that were begun and are not finished, and how far each has come. [lastwill b31ee5babdb5]';

COMMENT ON COLUMN lastwill.backfill.name IS 'The procedure that was called, and is to be called again: call lastwill.<name>();';

COMMENT ON COLUMN lastwill.backfill.last_key IS 'The key up to which owners have been looked at; null at the beginning. A secret.';

COMMENT ON COLUMN lastwill.backfill.begun_at IS 'When it was called first, or was called to begin anew.';

CREATE TABLE lastwill."user_-- Down Migration" (
    owner_key text NOT NULL,
    owned_key uuid NOT NULL
);

COMMENT ON TABLE lastwill."user_-- Down Migration" IS 'user.-- Down Migration: which -- Down Migration each "select"."-- Down Migration" names ($lastwill$ → "it''s \\ \"$lastwill$\"\n-- Down Migration"."a.b"[].null). [lastwill 14338be8a1b8]';

COMMENT ON COLUMN lastwill."user_-- Down Migration".owner_key IS 'The key of the owner row. A session key is a secret.';

COMMENT ON COLUMN lastwill."user_-- Down Migration".owned_key IS 'The key of the owned row that it names, which need not be there yet.';

CREATE TABLE public."-- Down Migration" (
    "$lastwill$ ${key}" uuid NOT NULL
);

CREATE TABLE "select"."-- Down Migration" (
    id integer NOT NULL,
    "Key Of
Two Lines" text NOT NULL,
    "$lastwill$" json,
    "it's over" timestamp without time zone,
    "end" timestamp with time zone
);

CREATE VIEW lastwill.drift AS
 SELECT 'user.-- Down Migration'::text AS edge,
    'unlinked'::text AS drift,
    owner."Key Of
Two Lines" AS owner_key,
    (owned."$lastwill$ ${key}")::text AS owned_key,
    'call lastwill.user_backfill(anew => true);'::text AS mend
   FROM (("select"."-- Down Migration" owner
     CROSS JOIN LATERAL unnest(lastwill."user_-- Down Migration_named"(lastwill.decode_json(COALESCE((owner."$lastwill$")::text, 'null'::text)))) named(owned_key))
     JOIN public."-- Down Migration" owned ON ((owned."$lastwill$ ${key}" = named.owned_key)))
  WHERE (((owner."$lastwill$")::text ~~ ANY (ARRAY['%"null"%'::text, '%\\u%'::text])) AND (NOT (EXISTS ( SELECT
           FROM lastwill."user_-- Down Migration" link
          WHERE ((link.owner_key = owner."Key Of
Two Lines") AND (link.owned_key = named.owned_key))))))
UNION ALL
 SELECT 'user.-- Down Migration'::text AS edge,
    'ownerless'::text AS drift,
    link.owner_key,
    (link.owned_key)::text AS owned_key,
    'call lastwill.user_backfill(anew => true);'::text AS mend
   FROM lastwill."user_-- Down Migration" link
  WHERE (NOT (EXISTS ( SELECT
           FROM "select"."-- Down Migration" owner
          WHERE (owner."Key Of
Two Lines" = link.owner_key))));

COMMENT ON VIEW lastwill.drift IS 'Where links and what owners name are not the same, as when triggers were off. Empty when all is well. [lastwill 6daba7eb3bc0]';

COMMENT ON COLUMN lastwill.drift.edge IS 'The edge: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.drift.drift IS 'unlinked: an owner names the row, and no link says so; ownerless: the owner of a link is gone.';

COMMENT ON COLUMN lastwill.drift.owner_key IS 'The key of the owner, or of the row that names, as text.';

COMMENT ON COLUMN lastwill.drift.owned_key IS 'The key of the row that is named, as text.';

COMMENT ON COLUMN lastwill.drift.mend IS 'The statement that ties anew, to be run by the role that migrates.';

CREATE TABLE public."Table" (
    id integer NOT NULL,
    "by ""whom""" character varying
);

CREATE TABLE public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" (
    id integer NOT NULL,
    "order" bigint
);

CREATE VIEW lastwill.edge AS
 SELECT 'user."Cart" \ `${x}` $lastwill$;
'::text AS edge,
    'user'::text AS owner,
    ('public."Table"'::regclass)::text AS owned,
    ARRAY['id'::text] AS owned_by_key,
    1 AS depth,
    NULL::text AS parent_edge,
    'column'::text AS kind,
    format('%s.%s → %s.%s'::text, 'public."Table"'::regclass, 'by "whom"', '"select"."-- Down Migration"'::regclass, 'Key Of
Two Lines') AS tied_by,
    'cascade'::text AS policy,
    NULL::text AS policy_target,
    false AS one_by_one,
    '00:00:00'::interval AS grace,
    NULL::text AS keep_when,
    NULL::text AS claim,
    NULL::text AS guard,
    NULL::text AS on_replace
UNION ALL
 SELECT 'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat'::text AS edge,
    'user'::text AS owner,
    ('public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"'::regclass)::text AS owned,
    ARRAY['id'::text] AS owned_by_key,
    2 AS depth,
    'user."Cart" \ `${x}` $lastwill$;
'::text AS parent_edge,
    'column'::text AS kind,
    format('%s.%s → %s.%s'::text, 'public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"'::regclass, 'order', 'public."Table"'::regclass, 'id') AS tied_by,
    'cascade'::text AS policy,
    NULL::text AS policy_target,
    false AS one_by_one,
    '00:00:00'::interval AS grace,
    NULL::text AS keep_when,
    NULL::text AS claim,
    NULL::text AS guard,
    NULL::text AS on_replace
UNION ALL
 SELECT 'user.-- Down Migration'::text AS edge,
    'user'::text AS owner,
    ('public."-- Down Migration"'::regclass)::text AS owned,
    ARRAY['$lastwill$ ${key}'::text] AS owned_by_key,
    1 AS depth,
    NULL::text AS parent_edge,
    'data'::text AS kind,
    format('%s.%s'::text, '"select"."-- Down Migration"'::regclass, '$lastwill$ → "it''s \\ \"$lastwill$\"\n-- Down Migration"."a.b"[].null') AS tied_by,
    'cascade'::text AS policy,
    NULL::text AS policy_target,
    true AS one_by_one,
    '00:10:00'::interval AS grace,
    NULL::text AS keep_when,
    NULL::text AS claim,
    NULL::text AS guard,
    'release'::text AS on_replace;

COMMENT ON VIEW lastwill.edge IS 'What is declared: a row for each edge. [lastwill 7447fb784c98]';

COMMENT ON COLUMN lastwill.edge.edge IS 'The edge: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.edge.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.edge.owned IS 'The table whose rows are owned.';

COMMENT ON COLUMN lastwill.edge.owned_by_key IS 'The columns whose values name an owned row.';

COMMENT ON COLUMN lastwill.edge.depth IS '1 for what the owner owns itself, 2 for what that owns, and so on.';

COMMENT ON COLUMN lastwill.edge.parent_edge IS 'The edge that this one hangs below; null where it hangs on the owner itself.';

COMMENT ON COLUMN lastwill.edge.kind IS 'column, polymorphic, through or data.';

COMMENT ON COLUMN lastwill.edge.tied_by IS 'What ties an owned row to what it hangs on.';

COMMENT ON COLUMN lastwill.edge.policy IS 'What happens to a row when its last owner ends: cascade, set_null, soft_delete, archive.';

COMMENT ON COLUMN lastwill.edge.policy_target IS 'The archive that keeps the row, or the column that marks it or is set null; else null.';

COMMENT ON COLUMN lastwill.edge.one_by_one IS 'Whether each row is asked for other owners and for what keeps it; else a foreign key ends it.';

COMMENT ON COLUMN lastwill.edge.grace IS 'How long a released row waits; 0 for not at all.';

COMMENT ON COLUMN lastwill.edge.keep_when IS 'A row for which this holds survives; null if there is no such condition.';

COMMENT ON COLUMN lastwill.edge.claim IS 'A row whose column of this name is filled survives; null if there is none.';

COMMENT ON COLUMN lastwill.edge.guard IS 'Only rows for which this holds are tied; null if there is no such condition.';

COMMENT ON COLUMN lastwill.edge.on_replace IS 'What becomes of a row when its owner names another or none: release, keep; data edges only.';

CREATE TABLE lastwill.hold (
    owner text NOT NULL,
    held_at timestamp with time zone DEFAULT now() NOT NULL,
    due bigint NOT NULL,
    total bigint NOT NULL,
    accepted_at timestamp with time zone
);

COMMENT ON TABLE lastwill.hold IS 'Owners of whose rows far too much is due at once; their sweep holds until accepted_at is set. [lastwill cb60b39df104]';

COMMENT ON COLUMN lastwill.hold.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.hold.held_at IS 'When the sweep first held.';

COMMENT ON COLUMN lastwill.hold.due IS 'How many rows were due, about.';

COMMENT ON COLUMN lastwill.hold.total IS 'Of how many rows, about.';

COMMENT ON COLUMN lastwill.hold.accepted_at IS 'When somebody let it go on, for this backlog and a day at most; null until then.';

CREATE TABLE lastwill.released (
    edge text NOT NULL,
    owned_key text NOT NULL,
    owner_key text NOT NULL,
    released_at timestamp with time zone DEFAULT now() NOT NULL,
    due_at timestamp with time zone NOT NULL,
    id bigint NOT NULL
);

COMMENT ON TABLE lastwill.released IS 'Owned rows that an owner let go of, waiting out their grace. [lastwill fb65131141ca]';

COMMENT ON COLUMN lastwill.released.edge IS 'The edge that tied the row: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.released.owned_key IS 'The key of the row that waits; '''' for all that a polymorphic edge tied to that owner.';

COMMENT ON COLUMN lastwill.released.owner_key IS 'The key of the owner that let go of it; ''orphan …'' for what lingered. A secret.';

COMMENT ON COLUMN lastwill.released.released_at IS 'When the owner let go of it.';

COMMENT ON COLUMN lastwill.released.due_at IS 'When the sweep looks at the row: it ends then, unless an owner names it again.';

COMMENT ON COLUMN lastwill.released.id IS 'A number of its own.';

CREATE VIEW lastwill.orphan AS
 SELECT 'user.-- Down Migration'::text AS edge,
    ('public."-- Down Migration"'::regclass)::text AS owned,
    (owned."$lastwill$ ${key}")::text AS owned_key
   FROM public."-- Down Migration" owned
  WHERE ((NOT (EXISTS ( SELECT
           FROM (lastwill."user_-- Down Migration" link
             JOIN "select"."-- Down Migration" owner ON ((owner."Key Of
Two Lines" = link.owner_key)))
          WHERE (link.owned_key = owned."$lastwill$ ${key}")))) AND (NOT (EXISTS ( SELECT
           FROM lastwill.released entry
          WHERE ((entry.edge = ANY (ARRAY['user.-- Down Migration'::text])) AND (entry.owned_key = (owned."$lastwill$ ${key}")::text))))))
UNION ALL
 SELECT 'user."Cart" \ `${x}` $lastwill$;
'::text AS edge,
    ('public."Table"'::regclass)::text AS owned,
    (owned.id)::text AS owned_key
   FROM public."Table" owned
  WHERE ((owned."by ""whom""" IS NOT NULL) AND (NOT (EXISTS ( SELECT
           FROM ONLY "select"."-- Down Migration" parent
          WHERE (parent."Key Of
Two Lines" = (owned."by ""whom""")::text)))))
UNION ALL
 SELECT 'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat'::text AS edge,
    ('public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"'::regclass)::text AS owned,
    (owned.id)::text AS owned_key
   FROM public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" owned
  WHERE ((owned."order" IS NOT NULL) AND (NOT (EXISTS ( SELECT
           FROM ONLY public."Table" parent
          WHERE (parent.id = owned."order")))));

COMMENT ON VIEW lastwill.orphan IS 'Owned rows that no owner names and that wait for no sweep. [lastwill 524d1e4b8abe]';

COMMENT ON COLUMN lastwill.orphan.edge IS 'The edge that would tie the row: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.orphan.owned IS 'The table of the row.';

COMMENT ON COLUMN lastwill.orphan.owned_key IS 'The key of the row, as text.';

ALTER TABLE lastwill.outbox ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME lastwill.outbox_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW lastwill.owned_tree AS
 SELECT 'user'::text AS owner,
    owner."Key Of
Two Lines" AS owner_key,
    'user."Cart" \ `${x}` $lastwill$;
'::text AS edge,
    ('public."Table"'::regclass)::text AS owned,
    (owned_1.id)::text AS owned_key,
    1 AS depth,
    'cascade'::text AS policy,
    LEAST((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text), owner."end") AS expires_at,
    NULL::text AS parent_edge,
    owner."Key Of
Two Lines" AS parent_key
   FROM ("select"."-- Down Migration" owner
     JOIN public."Table" owned_1 ON (((owned_1."by ""whom""")::text = owner."Key Of
Two Lines")))
UNION ALL
 SELECT 'user'::text AS owner,
    owner."Key Of
Two Lines" AS owner_key,
    'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat'::text AS edge,
    ('public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"'::regclass)::text AS owned,
    (owned_2.id)::text AS owned_key,
    2 AS depth,
    'cascade'::text AS policy,
    LEAST((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text), owner."end") AS expires_at,
    'user."Cart" \ `${x}` $lastwill$;
'::text AS parent_edge,
    (owned_1.id)::text AS parent_key
   FROM (("select"."-- Down Migration" owner
     JOIN public."Table" owned_1 ON (((owned_1."by ""whom""")::text = owner."Key Of
Two Lines")))
     JOIN public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" owned_2 ON ((owned_2."order" = owned_1.id)))
UNION ALL
 SELECT 'user'::text AS owner,
    owner."Key Of
Two Lines" AS owner_key,
    'user.-- Down Migration'::text AS edge,
    ('public."-- Down Migration"'::regclass)::text AS owned,
    (owned_1."$lastwill$ ${key}")::text AS owned_key,
    1 AS depth,
    'cascade'::text AS policy,
    LEAST((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text), owner."end") AS expires_at,
    NULL::text AS parent_edge,
    owner."Key Of
Two Lines" AS parent_key
   FROM (("select"."-- Down Migration" owner
     JOIN lastwill."user_-- Down Migration" link_1 ON ((link_1.owner_key = owner."Key Of
Two Lines")))
     JOIN public."-- Down Migration" owned_1 ON ((owned_1."$lastwill$ ${key}" = link_1.owned_key)));

COMMENT ON VIEW lastwill.owned_tree IS 'Who owns what, with the row each owned row hangs on. [lastwill befca9a55fb9]';

COMMENT ON COLUMN lastwill.owned_tree.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.owned_tree.owner_key IS 'The key of the owner row, as text. A session key is a secret.';

COMMENT ON COLUMN lastwill.owned_tree.edge IS 'What ties the row: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.owned_tree.owned IS 'The table of the owned row.';

COMMENT ON COLUMN lastwill.owned_tree.owned_key IS 'The key of the owned row, as text.';

COMMENT ON COLUMN lastwill.owned_tree.depth IS '1 for what the owner owns itself, 2 for what that owns, and so on.';

COMMENT ON COLUMN lastwill.owned_tree.policy IS 'What happens to the row when its last owner ends.';

COMMENT ON COLUMN lastwill.owned_tree.expires_at IS 'When the owner expires as things stand; null means never.';

COMMENT ON COLUMN lastwill.owned_tree.parent_edge IS 'What ties the row that it hangs on; null where that is the owner''s own row.';

COMMENT ON COLUMN lastwill.owned_tree.parent_key IS 'The key of the row that it hangs on, as text. A secret where that is the owner''s own row.';

CREATE VIEW lastwill.owned AS
 SELECT tree.owner,
    tree.owner_key,
    tree.edge,
    tree.owned,
    tree.owned_key,
    tree.depth,
    tree.policy,
    tree.expires_at
   FROM lastwill.owned_tree tree;

COMMENT ON VIEW lastwill.owned IS 'Who owns what: a row for each owned row. With where owner_key = ''…'' it uses the indexes. [lastwill c13aeefc02ff]';

COMMENT ON COLUMN lastwill.owned.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.owned.owner_key IS 'The key of the owner row, as text. A session key is a secret.';

COMMENT ON COLUMN lastwill.owned.edge IS 'What ties the row: owner, dot, edge name.';

COMMENT ON COLUMN lastwill.owned.owned IS 'The table of the owned row.';

COMMENT ON COLUMN lastwill.owned.owned_key IS 'The key of the owned row, as text.';

COMMENT ON COLUMN lastwill.owned.depth IS '1 for what the owner owns itself, 2 for what that owns, and so on.';

COMMENT ON COLUMN lastwill.owned.policy IS 'What happens to the row when its last owner ends.';

COMMENT ON COLUMN lastwill.owned.expires_at IS 'When the owner expires as things stand; null means never.';

CREATE TABLE lastwill.paused (
    owner text NOT NULL,
    until timestamp with time zone NOT NULL
);

COMMENT ON TABLE lastwill.paused IS 'Owners whose sweep is paused, and until when. [lastwill 6e6ac9aaa0db]';

COMMENT ON COLUMN lastwill.paused.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.paused.until IS 'The sweep passes the owner by until then.';

CREATE TABLE lastwill.quarantine (
    owner text NOT NULL,
    edge text NOT NULL,
    key text NOT NULL,
    sqlstate text NOT NULL,
    message text NOT NULL,
    tries integer DEFAULT 1 NOT NULL,
    first_try timestamp with time zone DEFAULT now() NOT NULL,
    next_try timestamp with time zone DEFAULT (now() + '00:01:00'::interval) NOT NULL
);

COMMENT ON TABLE lastwill.quarantine IS 'Rows that the sweep could not end, with the reason and the next try. [lastwill 3d85dca89aba]';

COMMENT ON COLUMN lastwill.quarantine.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.quarantine.edge IS 'The edge of the row that cannot end, or the owner''s name when it is the owner''s own row.';

COMMENT ON COLUMN lastwill.quarantine.key IS 'The key of the row that cannot end. A secret where it is the owner''s own row.';

COMMENT ON COLUMN lastwill.quarantine.sqlstate IS 'The code of the last error.';

COMMENT ON COLUMN lastwill.quarantine.message IS 'The message of the last error.';

COMMENT ON COLUMN lastwill.quarantine.tries IS 'How often the sweep has tried.';

COMMENT ON COLUMN lastwill.quarantine.first_try IS 'When it first failed.';

COMMENT ON COLUMN lastwill.quarantine.next_try IS 'Until then the sweep passes it by: 1 minute at first, doubled with each try, a day at most.';

ALTER TABLE lastwill.released ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME lastwill.released_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE lastwill.sweep_run (
    id bigint NOT NULL,
    owner text NOT NULL,
    worker integer DEFAULT 1 NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    stop_at timestamp with time zone,
    max_rows bigint,
    due bigint,
    batches integer DEFAULT 0 NOT NULL,
    owners_ended bigint DEFAULT 0 NOT NULL,
    released_ended bigint DEFAULT 0 NOT NULL,
    last_error text
);

COMMENT ON TABLE lastwill.sweep_run IS 'The log of the sweep: a row for each run over one owner. [lastwill b309ce4b5dfc]';

COMMENT ON COLUMN lastwill.sweep_run.id IS 'The number of the run: a later one has a higher one.';

COMMENT ON COLUMN lastwill.sweep_run.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.sweep_run.worker IS 'Which of the workers that share a backlog this was; 1 is the one that always runs.';

COMMENT ON COLUMN lastwill.sweep_run.started_at IS 'When it began.';

COMMENT ON COLUMN lastwill.sweep_run.ended_at IS 'Null while the run goes on, and for ever when it was cut off: the next goes on from there.';

COMMENT ON COLUMN lastwill.sweep_run.stop_at IS 'When its time is up: no batch begins after that.';

COMMENT ON COLUMN lastwill.sweep_run.max_rows IS 'How many rows it may end; null for no limit.';

COMMENT ON COLUMN lastwill.sweep_run.due IS 'How many owner rows were due when it began: counted up to 1,000, above that an estimate.';

COMMENT ON COLUMN lastwill.sweep_run.batches IS 'Transactions that had at least one row to end.';

COMMENT ON COLUMN lastwill.sweep_run.owners_ended IS 'Expired owner rows that this run ended.';

COMMENT ON COLUMN lastwill.sweep_run.released_ended IS 'Released rows that this run ended, their grace being over.';

COMMENT ON COLUMN lastwill.sweep_run.last_error IS 'Why the last failed batch failed, which was tried again in parts; null if none has.';

CREATE TABLE lastwill.undecodable (
    owner text NOT NULL,
    owner_key text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE lastwill.undecodable IS 'Owners whose data cannot be read; nothing is released for them. [lastwill 3f292dea4765]';

COMMENT ON COLUMN lastwill.undecodable.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.undecodable.owner_key IS 'The key of the owner row, as text. A session key is a secret.';

COMMENT ON COLUMN lastwill.undecodable.since IS 'When its data was first seen that could not be read.';

CREATE VIEW lastwill.status AS
 SELECT 'user'::text AS owner,
    counted.live,
    counted.expired,
    counted.oldest_due,
        CASE
            WHEN isfinite(counted.oldest_due) THEN (now() - counted.oldest_due)
            ELSE '00:00:00'::interval
        END AS lag,
    ( SELECT count(DISTINCT ROW(entry.edge, entry.owned_key)) AS count
           FROM lastwill.released entry
          WHERE (entry.edge = ANY (ARRAY['user.-- Down Migration'::text]))) AS released,
    ( SELECT count(*) AS count
           FROM lastwill.undecodable noted
          WHERE (noted.owner = 'user'::text)) AS undecodable,
    ( SELECT count(*) AS count
           FROM lastwill.quarantine kept
          WHERE (kept.owner = 'user'::text)) AS quarantined,
    (EXISTS ( SELECT
           FROM lastwill.hold held
          WHERE ((held.owner = 'user'::text) AND ((held.accepted_at > (now() - '1 day'::interval)) IS NOT TRUE)))) AS held,
    ( SELECT pause.until
           FROM lastwill.paused pause
          WHERE ((pause.owner = 'user'::text) AND (pause.until > now()))) AS paused_until,
    last_run.started_at AS last_run_at,
    last_run.rows AS last_run_rows,
    lastwill.sweep_job('user'::text) AS job
   FROM (( SELECT count(*) FILTER (WHERE ((((owner."it's over" <= ((now() AT TIME ZONE 'Europe/Berlin'::text) + '1 day'::interval)) AND ((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text) <= now())) OR (owner."end" <= now())) IS NOT TRUE)) AS live,
            count(*) FILTER (WHERE (((owner."it's over" <= ((now() AT TIME ZONE 'Europe/Berlin'::text) + '1 day'::interval)) AND ((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text) <= now())) OR (owner."end" <= now()))) AS expired,
            min(LEAST((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text), owner."end")) FILTER (WHERE (((owner."it's over" <= ((now() AT TIME ZONE 'Europe/Berlin'::text) + '1 day'::interval)) AND ((owner."it's over" AT TIME ZONE 'Europe/Berlin'::text) <= now())) OR (owner."end" <= now()))) AS oldest_due
           FROM "select"."-- Down Migration" owner) counted
     LEFT JOIN LATERAL ( SELECT min(run.started_at) AS started_at,
            (sum((run.owners_ended + run.released_ended)))::bigint AS rows
           FROM lastwill.sweep_run run
          WHERE ((run.owner = 'user'::text) AND (run.id >= ( SELECT max(first.id) AS max
                   FROM lastwill.sweep_run first
                  WHERE ((first.owner = 'user'::text) AND (first.worker = 1)))))) last_run ON (true));

COMMENT ON VIEW lastwill.status IS 'How each owner stands: live, due, waiting, put aside, and when the sweep last ran. [lastwill af4113ee89e8]';

COMMENT ON COLUMN lastwill.status.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.status.live IS 'Rows that have not expired.';

COMMENT ON COLUMN lastwill.status.expired IS 'Rows that are due and wait for the sweep.';

COMMENT ON COLUMN lastwill.status.oldest_due IS 'When the oldest of them fell due; null when nothing is due.';

COMMENT ON COLUMN lastwill.status.lag IS 'How long the oldest of them has been due; 0 when nothing is.';

COMMENT ON COLUMN lastwill.status.released IS 'Owned rows that wait out their grace.';

COMMENT ON COLUMN lastwill.status.undecodable IS 'Owner rows whose data cannot be read: nothing is released for them.';

COMMENT ON COLUMN lastwill.status.quarantined IS 'Rows that the sweep could not end; see lastwill.quarantine.';

COMMENT ON COLUMN lastwill.status.held IS 'Whether the sweep holds because far too much is due at once; see lastwill.hold.';

COMMENT ON COLUMN lastwill.status.paused_until IS 'Until when the sweep is paused, see lastwill.pause; null when it is not.';

COMMENT ON COLUMN lastwill.status.last_run_at IS 'When the last run began; null before the first. A sweep that holds or pauses begins none.';

COMMENT ON COLUMN lastwill.status.last_run_rows IS 'What that run ended: owner rows and released rows, not counting what cascades.';

COMMENT ON COLUMN lastwill.status.job IS 'The pg_cron job, or why there is none.';

ALTER TABLE lastwill.sweep_run ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME lastwill.sweep_run_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW lastwill.sweep_setting AS
 SELECT setting.owner,
    setting.steps,
    setting.budget,
    setting.workers,
    setting.hold_over,
    setting.log_days
   FROM ( VALUES ('user'::text,ARRAY['user'::text, 'user.-- Down Migration'::text],'00:00:20'::interval,1,0.5,30)) setting(owner, steps, budget, workers, hold_over, log_days);

COMMENT ON VIEW lastwill.sweep_setting IS 'How each owner is swept, as the manifest says. [lastwill 6510fa1434c5]';

COMMENT ON COLUMN lastwill.sweep_setting.owner IS 'The owner''s name in the manifest.';

COMMENT ON COLUMN lastwill.sweep_setting.steps IS 'What a run works at in turns: the owner''s expired rows, the released rows of each edge.';

COMMENT ON COLUMN lastwill.sweep_setting.budget IS 'How long a run may take.';

COMMENT ON COLUMN lastwill.sweep_setting.workers IS 'How many sweep at once when there is a backlog.';

COMMENT ON COLUMN lastwill.sweep_setting.hold_over IS 'The sweep holds when a larger share of the rows (0 to 1) than this is due at once.';

COMMENT ON COLUMN lastwill.sweep_setting.log_days IS 'For how many days a run stays in the log.';

CREATE TABLE lastwill.sweep_step (
    run bigint NOT NULL,
    step text NOT NULL,
    "position" integer NOT NULL,
    turns integer DEFAULT 0 NOT NULL,
    batch integer NOT NULL,
    pace double precision,
    windows bigint,
    last_window bigint,
    window_end tid,
    place tid,
    again tid[],
    done boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE lastwill.sweep_step IS 'What the last runs of the sweep have in hand. [lastwill ca8cd8bff84f]';

COMMENT ON COLUMN lastwill.sweep_step.run IS 'The run: lastwill.sweep_run.id.';

COMMENT ON COLUMN lastwill.sweep_step.step IS 'The owner''s name for its expired rows, an edge for its released rows.';

COMMENT ON COLUMN lastwill.sweep_step."position" IS 'Where it stands in the order of the steps.';

COMMENT ON COLUMN lastwill.sweep_step.turns IS 'Batches so far: the step with the fewest is next.';

COMMENT ON COLUMN lastwill.sweep_step.batch IS 'How many rows the next batch takes at most.';

COMMENT ON COLUMN lastwill.sweep_step.pace IS 'Seconds for a row, in the last batch; null before the first.';

COMMENT ON COLUMN lastwill.sweep_step.windows IS 'In how many windows of 128 pages the table is swept; null when it goes by expiry.';

COMMENT ON COLUMN lastwill.sweep_step.last_window IS 'The last number to draw: then every window has been somebody''s.';

COMMENT ON COLUMN lastwill.sweep_step.window_end IS 'Where the window in hand ends.';

COMMENT ON COLUMN lastwill.sweep_step.place IS 'How far the window in hand is swept; null when the next one is to be drawn.';

COMMENT ON COLUMN lastwill.sweep_step.again IS 'The places of rows whose batch failed, to be tried again in smaller ones; null for none.';

COMMENT ON COLUMN lastwill.sweep_step.done IS 'Whether nothing was left to do here at the last look.';

CREATE SEQUENCE lastwill.user_window
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

COMMENT ON SEQUENCE lastwill.user_window IS 'Numbers the windows of "select"."-- Down Migration" that the workers of a sweep take. [lastwill 363953c905eb]';

ALTER TABLE ONLY lastwill.backfill
    ADD CONSTRAINT backfill_pkey PRIMARY KEY (name);

ALTER TABLE ONLY lastwill.hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (owner);

ALTER TABLE ONLY lastwill.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY lastwill.paused
    ADD CONSTRAINT paused_pkey PRIMARY KEY (owner);

ALTER TABLE ONLY lastwill.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (edge, key);

ALTER TABLE ONLY lastwill.released
    ADD CONSTRAINT released_pkey PRIMARY KEY (id);

ALTER TABLE ONLY lastwill.sweep_run
    ADD CONSTRAINT sweep_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY lastwill.sweep_step
    ADD CONSTRAINT sweep_step_pkey PRIMARY KEY (run, step);

ALTER TABLE ONLY lastwill.undecodable
    ADD CONSTRAINT undecodable_pkey PRIMARY KEY (owner, owner_key);

ALTER TABLE ONLY lastwill."user_-- Down Migration"
    ADD CONSTRAINT "user_-- Down Migration_pkey" PRIMARY KEY (owner_key, owned_key);

ALTER TABLE ONLY public."-- Down Migration"
    ADD CONSTRAINT "-- Down Migration_pkey" PRIMARY KEY ("$lastwill$ ${key}");

ALTER TABLE ONLY public."Table"
    ADD CONSTRAINT "Table_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"
    ADD CONSTRAINT "Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byt_pkey" PRIMARY KEY (id);

ALTER TABLE ONLY "select"."-- Down Migration"
    ADD CONSTRAINT "-- Down Migration_Key Of
Two Lines_key" UNIQUE ("Key Of
Two Lines");

ALTER TABLE ONLY "select"."-- Down Migration"
    ADD CONSTRAINT "-- Down Migration_pkey" PRIMARY KEY (id);

CREATE INDEX outbox_by_due ON lastwill.outbox USING btree (next_try, id) WHERE (dead_at IS NULL);

CREATE INDEX released_by_due ON lastwill.released USING btree (due_at);

CREATE INDEX released_by_owner ON lastwill.released USING btree (owner_key);

CREATE INDEX released_by_row ON lastwill.released USING btree (owned_key);

CREATE INDEX sweep_run_by_owner ON lastwill.sweep_run USING btree (owner, id);

CREATE INDEX "user_-- Down Migration_by_owned" ON lastwill."user_-- Down Migration" USING btree (owned_key);

CREATE INDEX "lastwill_user_""Cart"" \ `${x}` $lastwill$;
_idx" ON public."Table" USING btree ("by ""whom""");

COMMENT ON INDEX public."lastwill_user_""Cart"" \ `${x}` $lastwill$;
_idx" IS 'Finds the Table of one by "whom" when that ends. [lastwill 105dd0e407e9]';

CREATE INDEX "lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6" ON public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" USING btree ("order");

COMMENT ON INDEX public."lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__ac8686c6" IS 'Finds the Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat of one order when that ends. [lastwill 1e8da773ee3a]';

CREATE TRIGGER outbox_notify AFTER INSERT ON lastwill.outbox REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION lastwill.outbox_notify();

COMMENT ON TRIGGER outbox_notify ON lastwill.outbox IS 'Tells consumers of new letters. [lastwill 9b9dc87f35e2]';

CREATE TRIGGER lastwill_user_changed AFTER UPDATE OF "$lastwill$" ON "select"."-- Down Migration" FOR EACH ROW WHEN (((concat(old."$lastwill$", new."$lastwill$") ~~ '%\\u%'::text) OR (((old."$lastwill$" -> 'it''s \ "$lastwill$"

COMMENT ON TRIGGER lastwill_user_changed ON "select"."-- Down Migration" IS 'Ties what a changed row of "select"."-- Down Migration" names now, and lets go of what it names no more. [lastwill 1ddc72d8f48e]';

CREATE TRIGGER lastwill_user_deleted AFTER DELETE ON "select"."-- Down Migration" REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION lastwill.user_deleted();

COMMENT ON TRIGGER lastwill_user_deleted ON "select"."-- Down Migration" IS 'Lets go of what deleted rows of "select"."-- Down Migration" had. [lastwill a5c47476d7a3]';

CREATE TRIGGER lastwill_user_inserted AFTER INSERT ON "select"."-- Down Migration" FOR EACH ROW WHEN (((new."$lastwill$")::text ~~ ANY (ARRAY['%"null"%'::text, '%\\u%'::text]))) EXECUTE FUNCTION lastwill.user_inserted();

COMMENT ON TRIGGER lastwill_user_inserted ON "select"."-- Down Migration" IS 'Ties what a new row of "select"."-- Down Migration" names. [lastwill e6e7ff8ccd2d]';

CREATE TRIGGER lastwill_user_renamed AFTER UPDATE OF "Key Of
Two Lines" ON "select"."-- Down Migration" FOR EACH ROW WHEN ((old."Key Of
Two Lines" IS DISTINCT FROM new."Key Of
Two Lines")) EXECUTE FUNCTION lastwill.user_changed();

COMMENT ON TRIGGER lastwill_user_renamed ON "select"."-- Down Migration" IS 'Has what belongs to a row of "select"."-- Down Migration" follow it to another key. [lastwill b211c2ab5ec4]';

CREATE TRIGGER lastwill_user_truncated AFTER TRUNCATE ON "select"."-- Down Migration" FOR EACH STATEMENT EXECUTE FUNCTION lastwill.user_truncated();

COMMENT ON TRIGGER lastwill_user_truncated ON "select"."-- Down Migration" IS 'Lets go of what "select"."-- Down Migration" had before a TRUNCATE. [lastwill 7527afc72db2]';

ALTER TABLE ONLY public."Table"
    ADD CONSTRAINT "lastwill_user_""Cart"" \ `${x}` $lastwill$;
_fkey" FOREIGN KEY ("by ""whom""") REFERENCES "select"."-- Down Migration"("Key Of
Two Lines") ON UPDATE CASCADE ON DELETE CASCADE;

COMMENT ON CONSTRAINT "lastwill_user_""Cart"" \ `${x}` $lastwill$;
_fkey" ON public."Table" IS 'user."Cart" \ `${x}` $lastwill$;
: a row of public."Table" ends with the row of "select"."-- Down Migration" that its by "whom" names. [lastwill d25870d27d77]';

ALTER TABLE ONLY public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat"
    ADD CONSTRAINT "lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__b512e389" FOREIGN KEY ("order") REFERENCES public."Table"(id) ON UPDATE CASCADE ON DELETE CASCADE;

COMMENT ON CONSTRAINT "lastwill_user_Überlange_Bezeichnung_die_mit_Umlauten__b512e389" ON public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" IS 'user.Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat: a row of public."Überlange_Bezeichnung_die_mit_Umlauten_dreiundsechzig_Byte_hat" ends with the row of public."Table" that its order names. [lastwill b857e304f261]';

REVOKE ALL ON FUNCTION lastwill.adopt_user(old_key text, new_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.decode_json(document text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.known_owner(owner text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.note_undecodable(owner_name text, owner_keys text[], documents jsonb[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.outbox_done(ids bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.outbox_failed(letter_id bigint, attempt integer, reason text, retry_in interval, max_tries integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.outbox_give_back(ids bigint[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.outbox_notify() FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.outbox_retry(letter_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.outbox_take(max_rows integer, lease interval, max_tries integer, edges text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.pause(owner text, duration interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.preview(owner text, owner_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.preview_blocked(owner text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.preview_held_by(ending regclass, places tid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.quarantine_row(row_owner text, row_edge text, row_key text, error_state text, error_message text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.read_uuid(value jsonb) FROM PUBLIC;

REVOKE ALL ON PROCEDURE lastwill.release_orphans(IN edge text, IN grace interval, INOUT handed_over jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.release_orphans_batch(step integer, batch bigint, grace interval, OUT edge text, OUT n_rows bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.release_orphans_begin(edge text, grace interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.resume(owner text) FROM PUBLIC;

REVOKE ALL ON PROCEDURE lastwill.sweep(IN owner text, IN worker integer, IN accept boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_backlog(owner text, OUT due bigint, OUT total bigint, OUT pages bigint, OUT indexed boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_batch(step text, run bigint, max_rows integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_begin(owner text, worker integer, accept boolean, max_rows bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_counted(run bigint, n_owners bigint, n_released bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_end(run bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_failed(run bigint, error_state text, error_message text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_holds(owner text, n_due bigint, n_total bigint, accept boolean, in_part boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_job(owner text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_next(run bigint, OUT step text, OUT n_rows integer, OUT took interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_order(owner text, worker integer) FROM PUBLIC;

REVOKE ALL ON PROCEDURE lastwill.sweep_owner(IN owner text, IN worker integer, IN accept boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.sweep_steps(run bigint, heap_pages bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.trim_cron_log(before timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_""Cart"" \ `${x}` $lastwill$;
_untie"(from_place tid, to_place tid) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_""Cart"" \ `${x}` $lastwill$;
_why"(key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_decide"(keys uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_end"(owners text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_hand_over"(from_place tid, to_place tid, grace interval) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_named"(document jsonb) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_release"(owners text[], still_named uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_sweep_batch"(run bigint, max_rows integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_tie"(naming text, named uuid[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_-- Down Migration_why"(key text) FROM PUBLIC;

REVOKE ALL ON PROCEDURE lastwill.user_backfill(IN anew boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_backfill_batch(max_rows integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_backlog(OUT due bigint, OUT total bigint, OUT pages bigint, OUT indexed boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_changed() FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_deleted() FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_due_again(run bigint, max_rows integer, OUT places tid[], OUT keys text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_due_by_expiry(max_rows integer, OUT places tid[], OUT keys text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_due_in_heap(run bigint, max_rows integer, OUT places tid[], OUT keys text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_end_rows(run bigint, places tid[], keys text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_ending(owner_key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_inserted() FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_sweep_batch(run bigint, max_rows integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.user_truncated() FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_8014bd78"(from_place tid, to_place tid) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill."user_Überlange_Bezeichnung_die_mit_Umlauten_dreiundse_d0112366"(key text) FROM PUBLIC;

REVOKE ALL ON FUNCTION lastwill.why(owned regclass, key text) FROM PUBLIC;
