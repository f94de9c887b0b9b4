-- Raises a clear error for a name that is no owner's.
create or replace function lastwill.known_owner(owner text)
  returns void
  language plpgsql
  immutable
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if known_owner.owner = any(:{owners}) then
    return;
  end if;

  raise exception using
    errcode = 'LW001',
    message = format('there is no owner %s', coalesce(quote_ident(known_owner.owner), 'null')),
    hint = :'hint';
end;
$lastwill$;

revoke all on function lastwill.known_owner(text) from public;

comment on function lastwill.known_owner(text) is
  :'comment';
