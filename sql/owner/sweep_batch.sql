-- Ends up to max_rows expired rows of :"table", and with each of them what it owns: by foreign
-- key, or through the trigger on :"table", as if anybody else had deleted it. Gives how many
-- rows it dealt with: 0 when none is due, null when the batch failed and is to be tried in parts.
--
-- Foreign keys plan their own statements, once in a connection: an index is the shortest way to
-- the few rows of one owner, a bitmap a detour.
create or replace function lastwill.:"sweep_batch"(run bigint, max_rows integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
  set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  places tid[];
  keys text[];
  n_ended bigint := 0;
  error_state text;
  error_message text;
begin
  -- Locked first, deleted in a later statement.
  select due.places, due.keys
  into places, keys
  from lastwill.:"due_again"(run, max_rows) as due;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.:"due_in_heap"(run, max_rows) as due;
  end if;

  if places is null then
    select due.places, due.keys
    into places, keys
    from lastwill.:"due_by_expiry"(max_rows) as due;
  end if;

  if places is null then
    return 0;
  end if;

  begin
    -- Your own triggers, here and below, find what they are used to finding.
    perform set_config('search_path', :'path', true);
    delete from only :"table" as owner
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
      if cardinality(places) > 1 then
        update lastwill.sweep_step as in_hand
        set again = places || in_hand.again
        where in_hand.run = :"sweep_batch".run
          and in_hand.step = :'owner';
        return null;
      end if;

      perform lastwill.quarantine_row(
        :'owner', :'owner', keys[1], error_state, error_message
      );
      return 1;
  end;

  if n_ended = cardinality(places) then
    delete from lastwill.quarantine as kept
    where kept.edge = :'owner'
      and kept.key = any(keys);
  else
    -- A trigger of yours, or row security, can keep a row without an error.
    perform lastwill.quarantine_row(
      :'owner', :'owner', :{key}, '02000', 'delete left the row where it was'
    )
    from only :"table" as owner
    where owner.ctid = any(places);
  end if;

  perform lastwill.sweep_counted(run, n_ended, 0);
  return cardinality(places);
end;
$lastwill$;

revoke all on function lastwill.:"sweep_batch"(bigint, integer) from public;

comment on function lastwill.:"sweep_batch"(bigint, integer) is
  :'comment';
