-- Ends at once what these owners have just let go of, where no other owner is left. What
-- cannot be decided now is left to the next sweep.
create or replace function lastwill.:"end"(owners text[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys :{owned_type}[];
  decided :{owned_type}[];
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
          where waiting.edge = :'edge'
            and waiting.owner_key = any(owners)
            and waiting.released_at = now()
          for update skip locked
        )
      )
      returning entry.id, entry.owned_key
    )
    select array_agg(due.id), array_agg(cast(due.owned_key as :{owned_type}))
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
    decided := lastwill.:"decide"(keys);
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
      case when entry.edge = :'edge' then cast(entry.owned_key as :{owned_type}) end in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is true;
end;
$lastwill$;

revoke all on function lastwill.:"end"(text[]) from public;

comment on function lastwill.:"end"(text[]) is
  :'comment';
