-- Hands rows that linger to the sweep, which looks at them when the grace is over and asks again
-- who ties them: so a row that is just being made and named is not taken. A batch is a transaction.
-- It may be cut off at any moment; called again it has only the rest to do. Gives how many rows of
-- each edge it dealt with.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables is done by functions that have both.
create or replace procedure lastwill.release_orphans(
  edge text default null,
  grace interval default interval '10 minutes',
  inout handed_over jsonb default null
)
  language plpgsql
as $lastwill$
#variable_conflict use_variable
declare
  steps integer[];
  step integer;
  batch bigint;
  done record;
  tries integer;
begin
  commit;
  set transaction isolation level read committed;
  steps := lastwill.release_orphans_begin(edge, grace);
  handed_over := '{}';

  foreach step in array steps loop
    batch := 0;
    tries := 0;
    loop
      done := lastwill.release_orphans_batch(step, batch, grace);
      commit;
      set transaction isolation level read committed;
      exit when done.edge is null;

      if done.n_rows is null and tries < 20 then
        tries := tries + 1;
        perform pg_catalog.pg_sleep(0.25);
        continue;
      end if;

      if done.n_rows is null then
        raise warning 'lastwill: rows of % were locked by others and are left as they are',
          done.edge
          using hint = 'Call it again when nobody holds on to them.';
      elsif done.n_rows > 0 then
        handed_over := handed_over operator(pg_catalog.||) pg_catalog.jsonb_build_object(
          done.edge,
          coalesce((handed_over operator(pg_catalog.->>) done.edge)::bigint, 0) + done.n_rows
        );
      end if;

      tries := 0;
      batch := batch + 1;
    end loop;
  end loop;
end;
$lastwill$;

revoke all on procedure lastwill.release_orphans(text, interval, jsonb) from public;

comment on procedure lastwill.release_orphans(text, interval, jsonb) is
  :'comment';
