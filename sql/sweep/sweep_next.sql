-- The next batch of a run: it is to be committed before the next one. Gives the step it belonged
-- to, null when the run is over; how many rows it dealt with, null when it failed and is to be
-- tried again in parts; and how long it took.
create or replace function lastwill.sweep_next(
  run bigint,
  out step text,
  out n_rows integer,
  out took interval
)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  -- Whoever waits for a row of ours must have it well within the second after which PostgreSQL
  -- looks for deadlocks, and may pick him as the victim.
  aim constant double precision := 0.375;
  largest constant integer := 20000;
  max_rows integer;
  seconds_for_one double precision;
  seconds_left double precision;
  rows_left bigint;
  started timestamptz;
  seconds double precision;
begin
  select
    extract(epoch from running.stop_at - clock_timestamp()),
    running.max_rows - running.owners_ended - running.released_ended
  into seconds_left, rows_left
  from lastwill.sweep_run as running
  where running.id = run
    and running.ended_at is null
    and not exists (
      select
      from lastwill.paused as pause
      where pause.owner = running.owner
        and pause.until > now()
    );

  if seconds_left is null or seconds_left <= 0 or rows_left <= 0 then
    return;
  end if;

  -- In turns, so that no step waits for another's backlog.
  select in_turn.step, in_turn.batch, in_turn.pace
  into step, max_rows, seconds_for_one
  from lastwill.sweep_step as in_turn
  where in_turn.run = sweep_next.run
    and not in_turn.done
  order by in_turn.turns, in_turn.position
  limit 1;

  if step is null then
    return;
  end if;

  started := clock_timestamp();
  begin
    n_rows := lastwill.sweep_batch(
      step,
      run,
      -- The last batch is one that fits into the time that is left.
      greatest(least(max_rows, rows_left, seconds_left / seconds_for_one), 1)::integer
    );
  exception
    -- Somebody has the whole table to himself: another time.
    when lock_not_available then
      n_rows := 0;
  end;
  took := clock_timestamp() - started;
  -- A clock may be coarse, or set back.
  seconds := greatest(extract(epoch from took), 0.001);

  -- What a batch ends may let go of what a later step sees to.
  if n_rows is distinct from 0 then
    update lastwill.sweep_run as running
    set batches = running.batches + 1
    where running.id = run;

    update lastwill.sweep_step as in_turn
    set done = false
    where in_turn.run = sweep_next.run
      and in_turn.done;
  end if;

  update lastwill.sweep_step as in_turn
  set turns = in_turn.turns + 1,
      done = coalesce(n_rows = 0, false),
      pace = coalesce(seconds / nullif(n_rows, 0), in_turn.pace),
      batch =
        case
          -- Cut down fast to the one row that is to blame.
          when n_rows is null then greatest(least(in_turn.batch, 1000) / 8, 1)
          when n_rows >= in_turn.batch or seconds > aim then
            least(greatest(in_turn.batch * least(greatest(aim / seconds, 0.125), 2), 1), largest)
          else in_turn.batch
        end
  where in_turn.run = sweep_next.run
    and in_turn.step = sweep_next.step;
end;
$lastwill$;

revoke all on function lastwill.sweep_next(bigint) from public;

comment on function lastwill.sweep_next(bigint) is
  :'comment';
