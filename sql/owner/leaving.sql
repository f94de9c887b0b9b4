-- A row of :"table" that is gone: what foreign keys tie to it is released before they let go of
-- it, since afterwards nobody could tell whose it was. An application that lets go of a row by
-- itself, while its owner lives, does not come by here.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  :{releases}

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
