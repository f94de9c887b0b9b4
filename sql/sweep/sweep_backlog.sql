-- How much of one owner is due.
create or replace function lastwill.sweep_backlog(
  owner text,
  out due bigint,
  out total bigint,
  out pages bigint,
  out indexed boolean
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owner
    :{owners}
  end case;
end;
$lastwill$;

revoke all on function lastwill.sweep_backlog(text) from public;

comment on function lastwill.sweep_backlog(text) is
  :'comment';
