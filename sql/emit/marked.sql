-- A row of :"table" that was marked as deleted: it has gone, though it is still there.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  insert into lastwill.outbox (edge, key, payload)
  values (:'edge', :{key}, :{payload});

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
