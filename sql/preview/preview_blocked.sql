-- What keeps the sweep from an owner altogether: a pause, or that it would hold, as
-- lastwill.sweep_holds decides. Null when nothing does.
create or replace function lastwill.preview_blocked(owner text)
  returns text
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  paused_until timestamptz;
  n_due bigint;
  n_total bigint;
begin
  select pause.until
  into paused_until
  from lastwill.paused as pause
  where pause.owner = preview_blocked.owner
    and pause.until > now();

  if found then
    return format('paused until %s', paused_until);
  end if;

  select backlog.due, backlog.total
  into n_due, n_total
  from lastwill.sweep_backlog(owner) as backlog;

  if n_due < 1000
    or not exists (
      select
      from lastwill.sweep_setting as setting
      where setting.owner = preview_blocked.owner
        and n_due > setting.hold_over * n_total
    )
    or exists (
      select
      from lastwill.hold as held
      where held.owner = preview_blocked.owner
        and held.accepted_at > now() - interval '1 day'
    )
  then
    return null;
  end if;

  return format('held: about %s of %s rows are due at once', n_due, n_total);
end;
$lastwill$;

revoke all on function lastwill.preview_blocked(text) from public;

comment on function lastwill.preview_blocked(text) is
  :'comment';
