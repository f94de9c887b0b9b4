-- :"table" was emptied by TRUNCATE, which shows a trigger no rows: the links tell what
-- they named.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
begin
  :{release}

  :{undecodable}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
