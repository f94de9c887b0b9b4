-- :{sentence}
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  taken_back bigint[];
begin
  :{take_back}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
