-- Puts one row aside, or, when it failed again, aside for twice as long.
create or replace function lastwill.quarantine_row(
  row_owner text,
  row_edge text,
  row_key text,
  error_state text,
  error_message text
)
  returns timestamptz
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  until timestamptz;
begin
  insert into lastwill.quarantine as kept (owner, edge, key, sqlstate, message)
  values (row_owner, row_edge, row_key, error_state, error_message)
  on conflict (edge, key) do update
  set sqlstate = excluded.sqlstate,
      message = excluded.message,
      tries = kept.tries + 1,
      next_try = now() + least(interval '1 minute' * 2 ^ least(kept.tries, 11), interval '1 day')
  returning next_try into until;

  return until;
end;
$lastwill$;

revoke all on function lastwill.quarantine_row(text, text, text, text, text) from public;

comment on function lastwill.quarantine_row(text, text, text, text, text) is
  :'comment';
