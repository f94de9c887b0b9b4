-- Sweeps one owner: its expired rows, and the released rows of each of its edges. One batch is one
-- transaction, so cutting it off at any moment loses at most the batch in hand.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out, and all that touches tables is done by functions that have both.
create or replace procedure lastwill.sweep_owner(owner text, worker integer, accept boolean)
  language plpgsql
as $lastwill$
declare
  run bigint;
  step text;
  error_state text;
  error_message text;
begin
  commit;
  -- First thing in each transaction, whatever the role's default: with a fixed snapshot nothing
  -- that is shared could be decided.
  set transaction isolation level read committed;

  begin
    run := lastwill.sweep_begin(owner, worker, accept);
  exception
    -- A column that is gone, a lock on the whole table: no reason to leave the other owners.
    when others then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      raise warning 'lastwill: the sweep of "%" cannot begin (%: %)',
        owner, error_state, error_message;
  end;

  commit;
  set transaction isolation level read committed;

  if run is null then
    return;
  end if;

  loop
    step := (select batch.step from lastwill.sweep_next(run) as batch);
    commit;
    set transaction isolation level read committed;
    exit when step is null;
  end loop;

  perform lastwill.sweep_end(run);
  commit;
end;
$lastwill$;

revoke all on procedure lastwill.sweep_owner(text, integer, boolean) from public;

comment on procedure lastwill.sweep_owner(text, integer, boolean) is
  :'comment';
