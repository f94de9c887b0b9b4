-- Takes all locks on tables in use at once, or none. Behind a lock that is waited for everybody
-- else waits too: so each is waited for only a moment, and if one cannot be had all are let go of,
-- and tried again. What follows needs no other lock that anybody could be waiting behind.
do $lastwill$
declare
  give_up_at constant timestamptz := clock_timestamp() + interval '30 seconds';
begin
  loop
    begin
      set local lock_timeout = '200ms';
      :{statements}
      exit;
    exception
      when lock_not_available then
        if clock_timestamp() > give_up_at then
          raise exception 'lastwill: nothing was changed, for others hold locks on %',
            :'tables'
            using
              errcode = 'lock_not_available',
              hint =
                'Run it again when no long transaction uses them: see pg_stat_activity.';
        end if;
    end;

    perform pg_sleep(0.3);
  end loop;

  set local lock_timeout = '3s';
end;
$lastwill$;
