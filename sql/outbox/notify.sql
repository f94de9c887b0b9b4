-- Wakes the consumers that wait for letters, when the transaction commits.
create or replace function lastwill.outbox_notify()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if exists (select from added) then
    perform pg_notify('lastwill_outbox', '');
  end if;
  return null;
end;
$lastwill$;

revoke all on function lastwill.outbox_notify() from public;

comment on function lastwill.outbox_notify() is
  :'comment';
