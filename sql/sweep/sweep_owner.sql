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
  largest constant integer := 5000;
  run bigint;
  step text;
  batch integer;
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
    batch := 1000;
    loop
      n_done := lastwill.sweep_batch(step, run, batch);
      commit;
      set transaction isolation level read committed;

      exit when n_done = 0 or pg_catalog.clock_timestamp() >= stop_at;

      -- A batch that failed is halved until the one row that is to blame is alone.
      batch :=
        case
          when n_done is null then greatest(batch / 2, 1)
          else least(batch * 2, largest)
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
