-- Rows of :"table" that are gone, whoever deleted them, one or a million.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  expired :{owner_type}[];
  left_early :{owner_type}[];
  back :{owner_type}[];
begin
  select
    array_agg(gone.:"key") filter (
      where :{due}
    ),
    array_agg(gone.:"key") filter (
      where (:{due}) is not true
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
    select array_agg(standing.:"key")
    into back
    from :"table" as standing
    where standing.:"key" = any(expired || left_early);
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
  :{release}

  -- What an expired owner alone named ends with it.
  :{end}

  :{undecodable}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
