-- Ends a pause early, and lets a sweep that holds go on: all that is due is meant to end.
create or replace function lastwill.resume(owner text)
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  perform lastwill.known_owner(resume.owner);

  delete from lastwill.paused as existing
  where existing.owner = resume.owner;

  update lastwill.hold as existing
  set accepted_at = now()
  where existing.owner = resume.owner
    and existing.accepted_at is null;
end;
$lastwill$;

revoke all on function lastwill.resume(text) from public;

comment on function lastwill.resume(text) is
  :'comment';
