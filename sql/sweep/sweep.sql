-- Ends what is due: all owners, or the one named. This is what pg_cron calls, and it must be
-- the only statement of its job: it commits after each batch.
create or replace procedure lastwill.sweep(owner text default null)
  language plpgsql
as $lastwill$
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  end if;

  :{owners}
end;
$lastwill$;

revoke all on procedure lastwill.sweep(text) from public;

comment on procedure lastwill.sweep(text) is
  :'comment';
