-- Keeps the sweep off one owner for a while, 30 days at most. Deletions by the application go on
-- as before.
create or replace function lastwill.pause(owner text, duration interval)
  returns timestamptz
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  pause_end constant timestamptz := now() + least(duration, interval '30 days');
begin
  perform lastwill.known_owner(pause.owner);

  if duration is null or duration <= interval '0' then
    raise exception using
      errcode = '22023',
      message = format('a pause cannot last %s', coalesce(duration::text, 'null')),
      hint = 'Write for how long, as in: select lastwill.pause(''session'', ''1 hour'');';
  end if;

  insert into lastwill.paused as existing (owner, until)
  values (pause.owner, pause_end)
  on conflict on constraint paused_pkey do update set until = excluded.until;
  return pause_end;
end;
$lastwill$;

revoke all on function lastwill.pause(text, interval) from public;

comment on function lastwill.pause(text, interval) is
  :'comment';
