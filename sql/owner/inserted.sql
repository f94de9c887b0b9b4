-- A new row of :"table": what it names is tied to it.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  :{declarations}
begin
  -- As the row stands now: another trigger may have changed or deleted it since.
  select
    :{pointers}
  into
    :{variables}
  from :"table" as standing
  where standing.:"key" = :{new_key};

  if not found then
    return null;
  end if;

  :{body}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
