-- New rows of :"table": what they name is tied to them.
--
-- Its plans, and those of what it calls, are made once: planning anew for each array of keys took
-- more time than the work.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  owners :{owner_type}[];
  :{declarations}
begin
  select array_agg(added.:"key")
  into owners
  from added;

  -- An upsert that only updated.
  if owners is null then
    return null;
  end if;

  -- As the rows stand now: another trigger may have changed or deleted them since.
  select
    array_agg(standing.:"key"),
    :{pointers}
  into
    owners,
    :{variables}
  from :"table" as standing
  where standing.:"key" = any(owners);

  if owners is null then
    return null;
  end if;

  :{body}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
