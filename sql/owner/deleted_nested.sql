-- Rows of :"table" that are gone, whoever deleted them: what hangs on them alone ends too.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  ended :{owner_type}[];
begin
  -- One that was deleted and inserted again by one statement is not gone.
  select array_agg(gone.:"key")
  into ended
  from gone
  where not exists (
    select
    from :"table" as standing
    where standing.:"key" = gone.:"key"
  );

  if ended is null then
    return null;
  end if;

  :{end}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
