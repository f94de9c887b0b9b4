-- Sweeps one owner: first its expired rows, then the released rows of each of its edges. One
-- batch is one transaction, so cutting it off at any moment loses at most the batch in hand. A
-- step goes on until nothing is due or the time is up; each has at least one batch in every
-- run.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables is done by functions that have both.
create or replace procedure lastwill.sweep_owner(
  owner text,
  steps text[],
  budget interval,
  log_days integer
)
  language plpgsql
as $lastwill$
declare
  stop_at constant timestamptz := pg_catalog.clock_timestamp() + budget;
  largest constant integer := 20000;
  run bigint;
  step text;
  batch integer;
  batch_started timestamptz;
  batch_took interval;
  n_done integer;
begin
  run := lastwill.sweep_started(owner);
  commit;
  -- First thing in each transaction, whatever the role's default: with a fixed snapshot nothing
  -- that is shared could be decided.
  set transaction isolation level read committed;

  if run is null then
    raise notice 'lastwill: the sweep of "%" is paused', owner;
    return;
  end if;

  foreach step in array steps loop
    batch := 250;
    loop
      batch_started := pg_catalog.clock_timestamp();
      n_done := lastwill.sweep_batch(step, run, batch);
      commit;
      set transaction isolation level read committed;
      batch_took := pg_catalog.clock_timestamp() - batch_started;

      exit when n_done = 0 or pg_catalog.clock_timestamp() >= stop_at;

      -- A batch that failed is halved until the one row that is to blame is alone. One that took
      -- long is halved too: whoever waits for a row of ours must have it well within the second
      -- after which PostgreSQL looks for deadlocks, and may pick him as the victim.
      batch :=
        case
          when n_done is null or batch_took > interval '0.5 s' then greatest(batch / 2, 1)
          when batch_took < interval '0.25 s' then least(batch * 2, largest)
          else batch
        end;
    end loop;
  end loop;

  perform lastwill.sweep_ended(run, log_days);
  commit;
end;
$lastwill$;

revoke all on procedure lastwill.sweep_owner(text, text[], interval, integer) from public;

comment on procedure lastwill.sweep_owner(text, text[], interval, integer) is
  :'comment';
