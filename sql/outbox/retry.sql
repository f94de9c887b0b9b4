-- Brings a dead letter back, or all of them, with all its tries before it. Gives how many.
create or replace function lastwill.outbox_retry(letter_id bigint default null)
  returns bigint
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
declare
  n_back bigint;
begin
  update lastwill.outbox as letter
  set tries = 0,
      next_try = now(),
      dead_at = null
  where letter.dead_at is not null
    and (letter_id is null or letter.id = letter_id);
  get diagnostics n_back = row_count;

  perform pg_notify('lastwill_outbox', '');
  return n_back;
end;
$lastwill$;

revoke all on function lastwill.outbox_retry(bigint) from public;

comment on function lastwill.outbox_retry(bigint) is
  :'comment';
