-- Deletes rows of :"table" that the sweep has locked, and with each of them what it owns goes: by
-- foreign key, or through the trigger on :"table", as if anybody else had deleted it. Where one
-- cannot be deleted they are tried in eighths, until it is alone: it goes into quarantine. False
-- when somebody held a lock.
create or replace function lastwill.:"end_rows"(run bigint, places tid[], keys text[])
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  part constant integer := (cardinality(places) + 7) / 8;
  -- Later than this nobody who waits for a row of ours should still have to.
  too_late constant boolean := clock_timestamp() > now() + interval '0.7 s';
  all_had boolean := true;
  n_ended bigint := 0;
  error_state text;
  error_message text;
begin
  if not too_late then
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', :'path', true);
      delete from only :"table" as owner
      where owner.ctid operator(pg_catalog.=) any (places);

      get diagnostics n_ended = row_count;
      -- What is deferred would raise its errors at the commit, where nobody could tell the row.
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        get stacked diagnostics error_state = returned_sqlstate, error_message = message_text;
        perform lastwill.sweep_failed(run, error_state, error_message);
    end;
  end if;

  case
    when error_state is null and not too_late then
      if n_ended < cardinality(places) then
        -- A trigger of yours, or row security, can keep a row without an error.
        perform lastwill.quarantine_row(
          :'owner', :'owner', :{key}, '02000', 'delete left the row where it was'
        )
        from only :"table" as owner
        where owner.ctid = any(places);
      end if;

      delete from lastwill.quarantine as kept
      where kept.edge = :'owner'
        and kept.key = any(keys)
        and kept.next_try <= now();
      perform lastwill.sweep_counted(run, n_ended, 0);
    when error_state is not null and cardinality(places) = 1 then
      perform lastwill.quarantine_row(
        :'owner', :'owner', keys[1], error_state, error_message
      );
    when too_late or error_state in ('55P03', '40P01') then
      update lastwill.sweep_step as in_hand
      set again = in_hand.again || places
      where in_hand.run = :"end_rows".run
        and in_hand.step = :'owner';
      return too_late;
    else
      for start in 1 .. cardinality(places) by part loop
        all_had := lastwill.:"end_rows"(
          run, places[start:start + part - 1], keys[start:start + part - 1]
        ) and all_had;
      end loop;
  end case;

  return all_had;
end;
$lastwill$;

revoke all on function lastwill.:"end_rows"(bigint, tid[], text[]) from public;

comment on function lastwill.:"end_rows"(bigint, tid[], text[]) is
  :'comment';
