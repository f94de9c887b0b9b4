-- Ends up to max_owners expired rows of :"table", and with each of them what it owns: by
-- foreign key, or through the trigger on :"table", as if anybody else had deleted it.
-- Gives how many rows it dealt with: 0 when none is due, null when the batch failed and
-- is to be tried in halves.
create or replace function lastwill.:"sweep_batch"(run bigint, max_owners integer)
  returns integer
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  rows tid[];
  keys text[];
  n_ended bigint := 0;
  error_state text;
  error_message text;
begin
  -- Locked first, deleted in a later statement: a row that was renewed before we had its lock is
  -- seen renewed and left alone; one that somebody is writing to is skipped. While we hold its
  -- lock a row stays in its place. A table that inherits from this one has places of its own.
  select array_agg(due.place), array_agg(due.key)
  into rows, keys
  from (
    select owner.ctid as place, :{key} as key
    from only :"table" as owner
    where :{due}
      and not exists (
        select
        from lastwill.quarantine as kept
        where kept.edge = :'owner'
          and kept.key = :{key}
          and kept.next_try > now()
      )
    :{order}
    limit max_owners
    for update skip locked
  ) as due;

  if keys is null then
    return 0;
  end if;

  begin
    -- Your own triggers, here and below, find what they are used to finding.
    perform set_config('search_path', :'path', true);
    delete from only :"table" as owner
    where owner.ctid operator(pg_catalog.=) any (rows);

    get diagnostics n_ended = row_count;
    -- What is deferred would raise its errors at the commit, where nobody could tell the row.
    set constraints all immediate;
    perform set_config('search_path', 'pg_catalog, pg_temp', true);
  exception
    -- Any error of one row, whoever raises it, must stop no other row.
    when others or assert_failure then
      get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
      perform lastwill.sweep_failed(run, error_state, error_message);
      if cardinality(keys) > 1 then
        return null;
      end if;

      perform lastwill.quarantine_row(
        :'owner', :'owner', keys[1], error_state, error_message
      );
      return 1;
  end;

  if n_ended = cardinality(keys) then
    delete from lastwill.quarantine as kept
    where kept.edge = :'owner'
      and kept.key = any(keys);
  else
    -- A trigger of yours, or row security, can keep a row without an error.
    perform lastwill.quarantine_row(
      :'owner', :'owner', :{key}, '02000', 'delete left the row where it was'
    )
    from only :"table" as owner
    where owner.ctid = any(rows);
  end if;

  perform lastwill.sweep_counted(run, n_ended, 0);
  return cardinality(keys);
end;
$lastwill$;

revoke all on function lastwill.:"sweep_batch"(bigint, integer) from public;

comment on function lastwill.:"sweep_batch"(bigint, integer) is
  :'comment';
