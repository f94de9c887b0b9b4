-- Ends what is due: all owners, or the one named. This is what pg_cron calls, and it must be
-- the only statement of its job: it commits after each batch.
create or replace procedure lastwill.sweep(
  owner text default null,
  worker integer default 1,
  accept boolean default false
)
  language plpgsql
as $lastwill$
declare
  swept text;
begin
  if owner is not null then
    perform lastwill.known_owner(owner);
  end if;

  foreach swept in array lastwill.sweep_order(owner, worker) loop
    call lastwill.sweep_owner(swept, worker, accept);
  end loop;
end;
$lastwill$;

revoke all on procedure lastwill.sweep(text, integer, boolean) from public;

comment on procedure lastwill.sweep(text, integer, boolean) is
  :'comment';
