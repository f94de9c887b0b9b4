-- :"table" is about to be emptied by TRUNCATE, which shows a trigger no rows.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  insert into lastwill.outbox (edge, key, payload)
  select :'edge', :{key}, :{payload}
  from :"table" as gone:{condition};

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
