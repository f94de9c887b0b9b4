-- One batch of one step of the sweep.
create or replace function lastwill.sweep_batch(step text, run bigint, max_rows integer)
  returns integer
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  return
    case step
      :{steps}
      -- Of an edge that has gone meanwhile.
      else 0
    end;
end;
$lastwill$;

revoke all on function lastwill.sweep_batch(text, bigint, integer) from public;

comment on function lastwill.sweep_batch(text, bigint, integer) is
  :'comment';
