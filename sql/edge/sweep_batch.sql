-- Ends up to max_rows released rows whose grace is over and that no owner has taken back. Gives
-- how many entries it dealt with: 0 when none is due, null when the batch failed and is to be
-- tried in halves.
create or replace function lastwill.:"sweep_batch"(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  entries bigint[];
  keys :{owned_type}[];
  decided :{owned_type}[];
  n_ended bigint;
  error_state text;
  error_message text;
begin
  :{expand}

  select array_agg(due.id), array_agg(cast(due.owned_key as :{owned_type}))
  into entries, keys
  from (
    select entry.id, entry.owned_key
    from lastwill.released as entry
    where entry.edge = :'edge'
      and entry.due_at <= now()
    order by entry.due_at
    limit max_rows
    for update skip locked
  ) as due;

  if entries is null then
    return 0;
  end if;

  begin
    decided := lastwill.:"decide"(keys);
    -- What is deferred would raise its errors at the commit, where nobody could tell the row.
    perform set_config('search_path', :'path', true);
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
        :'owner', :'edge', keys[1]::text, error_state, error_message
      )
      where entry.id = entries[1];
      return 1;
  end;

  -- Done with: the row has ended, or somebody has taken it back, or it was gone before. The planner
  -- asks for conditions in an order of its own, and other edges' keys may be of another type.
  delete from lastwill.released as entry
  where entry.id = any(entries)
    and (
      case when entry.edge = :'edge' then cast(entry.owned_key as :{owned_type}) end in (
        select done.key
        from unnest(decided) as done (key)
      )
      or not exists (
        select
        from :"owned" as owned
        where owned.:"key" =
          case when entry.edge = :'edge' then cast(entry.owned_key as :{owned_type}) end
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
    from :"owned" as owned
    where owned.:"key" = done.key
      :{alive}
  );

  delete from lastwill.quarantine as kept
  where kept.edge = :'edge'
    and kept.key = any(decided::text[]);

  perform lastwill.sweep_counted(run, 0, n_ended);
  return cardinality(entries);
end;
$lastwill$;

revoke all on function lastwill.:"sweep_batch"(bigint, integer) from public;

comment on function lastwill.:"sweep_batch"(bigint, integer) is
  :'comment';
