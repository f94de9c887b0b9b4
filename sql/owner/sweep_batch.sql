-- Ends up to max_rows expired rows of :"table", and with each of them what it owns. Gives how
-- many rows it dealt with: 0 when none is due, null when some could not be had and are to be tried
-- again in a smaller batch.
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
  -- One row that cannot end takes no more than so many others back with it.
  part constant integer := 1000;
  places tid[];
  keys text[];
  all_had boolean := true;
begin
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

  for start in 1 .. cardinality(places) by part loop
    all_had := lastwill.:"end_rows"(
      run, places[start:start + part - 1], keys[start:start + part - 1]
    ) and all_had;
  end loop;

  return case when all_had then cardinality(places) end;
end;
$lastwill$;

revoke all on function lastwill.:"sweep_batch"(bigint, integer) from public;

comment on function lastwill.:"sweep_batch"(bigint, integer) is
  :'comment';
