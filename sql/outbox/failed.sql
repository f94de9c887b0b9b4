-- Notes that a try failed. The letter waits, or is given up when that was the last try: true then.
-- The attempt is the letter's `tries` as it was handed out. If somebody else has it by now, a late
-- failure must not cut his lease short: nothing is noted, and null comes back.
create or replace function lastwill.outbox_failed(
  letter_id bigint,
  attempt integer,
  reason text,
  retry_in interval,
  max_tries integer default 10
)
  returns boolean
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  update lastwill.outbox as letter
  set last_error = reason,
      next_try = now() + retry_in,
      dead_at = case when letter.tries >= max_tries then now() end
  where letter.id = letter_id
    and letter.tries = attempt
    and letter.dead_at is null
  returning letter.dead_at is not null;
$lastwill$;

revoke all on function lastwill.outbox_failed(bigint, integer, text, interval, integer) from public;

comment on function lastwill.outbox_failed(bigint, integer, text, interval, integer) is
  :'comment';
