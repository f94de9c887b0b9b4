-- Ties what the rows of :"table" name already, from before the triggers were there. It may be cut
-- off at any moment: called again, it goes on where it was. Once it has come to the end, a call
-- begins anew, and with anew => true it does so in any case.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables of yours is done by a function that has one.
create or replace procedure lastwill.:"procedure"(anew boolean default false)
  language plpgsql
as $lastwill$
#variable_conflict use_variable
declare
  -- Whoever waits for a row of ours must have it well within the second after which PostgreSQL
  -- looks for deadlocks, and may pick him as the victim.
  aim constant double precision := 0.1;
  max_rows integer := 500;
  more boolean;
  started timestamptz;
  seconds double precision;
  went_on timestamptz := pg_catalog.clock_timestamp();
  pause double precision := 0.5;
begin
  commit;
  set transaction isolation level read committed;

  insert into lastwill.backfill as begun (name)
  values (:'procedure')
  on conflict (name) do update
  set last_key = null, begun_at = pg_catalog.now()
  where anew;

  loop
    commit;
    set transaction isolation level read committed;
    started := pg_catalog.clock_timestamp();
    more := lastwill.:"batch"(max_rows);
    commit;
    set transaction isolation level read committed;
    exit when not more;

    if more then
      went_on := pg_catalog.clock_timestamp();
      -- A clock may be coarse, or set back.
      seconds := greatest(pg_catalog.date_part('epoch', went_on - started), 0.001);
      max_rows := least(greatest(max_rows * least(greatest(aim / seconds, 0.125), 2), 1), 20000);
      pause := 0.5;
    elsif pg_catalog.clock_timestamp() < went_on + interval '10 minutes' then
      -- Fewer, down to the one row that somebody holds on to: it is waited for, and not left out.
      max_rows := greatest(max_rows / 8, 1);
      perform pg_catalog.pg_sleep(pause);
      pause := least(pause * 2, 5);
    else
      raise exception using
        errcode = '55P03',
        message =
          :'locked',
        hint = 'What was done is done. Call it again, or run migrate up again, when nobody does.';
    end if;
  end loop;

  -- Of a table that nobody has analyzed yet a sweep would read all, for each batch.
  if
    :{many}
  then
    analyze
      :{links};
  end if;
end;
$lastwill$;

revoke all on procedure lastwill.:"procedure"(boolean) from public;

comment on procedure lastwill.:"procedure"(boolean) is
  :'comment';
