-- Does to the rows of :"owned" on these pages that name a parent who is not there what the foreign
-- key would have done. Nobody writes to :"parent" meanwhile, so one who comes back keeps his
-- rows. Null when somebody holds a lock.
create or replace function lastwill.:"untie"(from_place tid, to_place tid:{grace})
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
  places tid[];
  n_rows bigint;
  n_untied bigint := 0;
begin
  all_places := array(
    select owned.ctid
    from only :"owned" as owned
    where owned.ctid > from_place
      and owned.ctid < to_place
      and :{orphan}
  );

  if all_places = '{}' then
    return 0;
  end if;

  begin
    -- Less than the second after which PostgreSQL looks for deadlocks.
    perform set_config('lock_timeout', '200ms', true);
    lock table only :"parent" in share mode;
    all_places := array(
      select owned.ctid
      from only :"owned" as owned
      where :{orphan}
        and owned.ctid = any(all_places)
      for update skip locked
    );
  exception
    when lock_not_available then
      return null;
  end;

  -- All at once, or, where something of yours holds on to one of them, each by itself.
  places := all_places;
  for at in 0 .. cardinality(all_places) loop
    begin
      -- Your own triggers, here and below, find what they are used to finding.
      perform set_config('search_path', :'path', true);
      :{work}
      get diagnostics n_rows = row_count;
      set constraints all immediate;
      perform set_config('search_path', 'pg_catalog, pg_temp', true);
      n_untied := n_untied + n_rows;
      exit when at = 0;
    exception
      -- Any error of one row, whoever raises it, must stop no other row.
      when others or assert_failure then
        if at > 0 then
          raise warning 'lastwill: a row of % that lingers cannot end (%: %)',
            :'edge', sqlstate, sqlerrm;
        end if;
    end;
    places := all_places[at + 1:at + 1];
  end loop;

  return n_untied;
end;
$lastwill$;

revoke all on function lastwill.:"untie"(:{types}) from public;

comment on function lastwill.:"untie"(:{types}) is
  :'comment';
