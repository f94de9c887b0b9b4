-- Rows of :"table" that are gone, whoever deleted them, one or a million.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan
as $lastwill$
declare
  expired :{owner_type}[];
  left_early :{owner_type}[];
begin
  select
    array_agg(gone.:"key") filter (where :{due}),
    array_agg(gone.:"key") filter (where (:{due}) is not true)
  into
    expired,
    left_early
  from gone;

  -- What an expired owner alone named ends with it.
  :{end}

  -- The others may be on their way to another key, as at a login: what they named waits out its
  -- grace.
  :{release}

  :{undecodable}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
