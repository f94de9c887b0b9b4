-- Raises a clear error for a name that is no owner's.
create or replace function lastwill.known_owner(owner text)
  returns void
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if exists (
    select
    from lastwill.sweep_setting as setting
    where setting.owner = known_owner.owner
  ) then
    return;
  end if;

  raise exception using
    errcode = 'LW001',
    message = format('there is no owner %s', coalesce(quote_ident(known_owner.owner), 'null')),
    hint = (
      select format('The owners are: %s.', string_agg(setting.owner, ', '))
      from lastwill.sweep_setting as setting
    );
end;
$lastwill$;

revoke all on function lastwill.known_owner(text) from public;

comment on function lastwill.known_owner(text) is
  :'comment';
