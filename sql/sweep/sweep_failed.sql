-- Writes down why a batch failed.
create or replace function lastwill.sweep_failed(run bigint, error_state text, error_message text)
  returns void
  language sql
  set search_path = pg_catalog, pg_temp
as $lastwill$
  update lastwill.sweep_run as failed
  set last_error = error_state || ': ' || error_message
  where failed.id = run;
$lastwill$;

revoke all on function lastwill.sweep_failed(bigint, text, text) from public;

comment on function lastwill.sweep_failed(bigint, text, text) is
  :'comment';
