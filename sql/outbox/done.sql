-- Strikes out letters that were handled. It does not ask whose lease it is by now: a consumer that
-- was slower than its lease has done the work all the same, and doing it again serves nobody.
-- Whoever has taken the letter since finds nothing to strike out, which is no error.
create or replace function lastwill.outbox_done(ids bigint[])
  returns void
  language sql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
  delete from lastwill.outbox as letter
  where letter.id = any(ids);
$lastwill$;

revoke all on function lastwill.outbox_done(bigint[]) from public;

comment on function lastwill.outbox_done(bigint[]) is
  :'comment';
