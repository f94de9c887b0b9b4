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
  :{backfill}
  swept text[] := cast('{}' as text[]);
  blocked text;
  places tid[];
  :{gone}
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  elsif owner_key is not null then
    raise exception using
      errcode = 'LW001',
      message = 'a key was given, and no owner',
      hint = 'Name the owner too: select * from lastwill.preview(''session'', ''…'');';
  end if;

  :{owners}

  -- Of several owners each that is held up was left out above.
  if owner is null then
    blocked := null;
  end if;

  :{tables}

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
          where kept.edge <> all(:{secret})
        )
      )[:5],
      concat('quarantine: ', min(kept.message)),
      min(kept.next_try)
    from lastwill.quarantine as kept
    join (
      values
        :{depths}
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
  :'comment';
