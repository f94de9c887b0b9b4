-- Rows of :"table" that are gone, whichever way: each leaves a letter in lastwill.outbox, in the
-- same transaction.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  insert into lastwill.outbox (edge, key, payload)
  select :'edge', :{key}, :{payload}
  from gone:{condition};

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
