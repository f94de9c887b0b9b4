-- Puts back letters that a consumer has taken and not begun, because it stops or their lease wears
-- thin. The try does not count, and they keep their place in the queue.
create or replace function lastwill.outbox_give_back(ids bigint[])
  returns void
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  update lastwill.outbox as letter
  set tries = letter.tries - 1,
      next_try = letter.emitted_at
  where letter.id = any(ids)
    and letter.tries > 0
    and letter.dead_at is null;

  perform pg_notify('lastwill_outbox', '');
end;
$lastwill$;

revoke all on function lastwill.outbox_give_back(bigint[]) from public;

comment on function lastwill.outbox_give_back(bigint[]) is
  :'comment';
