-- Opens a run in the log, or gives null when this owner's sweep is paused.
create or replace function lastwill.sweep_started(owner text)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  run bigint;
begin
  perform lastwill.known_owner(sweep_started.owner);

  insert into lastwill.sweep_run (owner)
  select sweep_started.owner
  where not exists (
    select
    from lastwill.paused
    where paused.owner = sweep_started.owner
      and paused.until > now()
  )
  returning id into run;

  return run;
end;
$lastwill$;

revoke all on function lastwill.sweep_started(text) from public;

comment on function lastwill.sweep_started(text) is
  :'comment';
