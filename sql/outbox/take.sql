-- Hands letters that are due to a consumer, what has waited longest first. Nobody else gets them
-- until the lease is over, and no transaction stays open meanwhile. Taking counts as a try, so a
-- letter that kills its consumer each time does not come back for ever: it is given up.
--
-- A letter goes in the company of letters tried as often as itself, and with each try in a batch
-- of a tenth: 100, 10, alone. So what kills a consumer is soon alone, and takes no other with it.
create or replace function lastwill.outbox_take(
  max_rows integer default 100,
  lease interval default '1 minute',
  max_tries integer default 10,
  edges text[] default null
)
  returns setof lastwill.outbox
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  -- Along the indexes whatever the statistics say: those of a queue are seldom true.
  set enable_seqscan = off
  set enable_sort = off
as $lastwill$
declare
  oldest bigint;
  tried integer;
begin
  loop
    select letter.id, letter.tries
    into oldest, tried
    from lastwill.outbox as letter
    where letter.dead_at is null
      and letter.next_try <= now()
      and (edges is null or letter.edge = any(edges))
    order by letter.next_try, letter.id
    limit 1
    for update skip locked;

    if oldest is null then
      return;
    end if;

    exit when (tried >= max_tries) is not true;

    update lastwill.outbox as letter
    set dead_at = now(),
        last_error = concat_ws(
          '; before that: ',
          'taken ' || tried || ' times, and the last consumer never said what came of it',
          letter.last_error
        )
    where letter.id = oldest;
  end loop;

  return query
  update lastwill.outbox as letter
  set tries = letter.tries + 1,
      next_try = now() + lease
  where letter.id = any(
    array(
      select due.id
      from lastwill.outbox as due
      where due.dead_at is null
        and due.next_try <= now()
        and (edges is null or due.edge = any(edges))
        and due.tries = tried
      order by due.next_try, due.id
      limit greatest(max_rows / 10 ^ least(tried, 9), 1)
      for update skip locked
    )
  )
  returning letter.*;
end;
$lastwill$;

revoke all on function lastwill.outbox_take(integer, interval, integer, text[]) from public;

comment on function lastwill.outbox_take(integer, interval, integer, text[]) is
  :'comment';
