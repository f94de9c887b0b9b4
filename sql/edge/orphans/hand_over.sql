-- Hands to the sweep the rows of :"owned" on these pages that nobody ties and that do not wait
-- already. It asks for no lock: the sweep does, and asks again who ties them.
create or replace function lastwill.:"hand_over"(from_place tid, to_place tid, grace interval)
  returns bigint
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_hashjoin = off
  set enable_mergejoin = off
  set enable_seqscan = off
as $lastwill$
#variable_conflict use_variable
declare
  n_rows bigint;
begin
  -- A row that names nobody gets the key of nobody: no claim and no adoption is to find it by that.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', owned.:"key"::text, :{former_owner}, now() + grace
  from only :"owned" as owned
  where owned.ctid > from_place
    and owned.ctid < to_place
    and :{lingers};

  get diagnostics n_rows = row_count;
  return n_rows;
end;
$lastwill$;

revoke all on function lastwill.:"hand_over"(tid, tid, interval) from public;

comment on function lastwill.:"hand_over"(tid, tid, interval) is
  :'comment';
