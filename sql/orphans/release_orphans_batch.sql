-- One batch of one step: the rows that linger on a few pages of a table. Gives the edge and how
-- many rows they were, null when somebody held a lock; no edge at the end of the table.
create or replace function lastwill.release_orphans_batch(
  step integer,
  batch bigint,
  grace interval,
  out edge text,
  out n_rows bigint
)
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  pages constant bigint := 32;
  -- No row has the number 0 on its page.
  from_place constant tid := cast(format('(%s,0)', batch * pages) as tid);
  to_place constant tid := cast(format('(%s,0)', (batch + 1) * pages) as tid);
  owned regclass;
begin
  case step
    :{tables}
  end case;

  if
    grace is null
    or batch * pages * current_setting('block_size')::bigint > pg_relation_size(owned)
  then
    edge := null;
    return;
  end if;

  -- Two at once would not see what the other hands over.
  perform pg_advisory_xact_lock(hashtext('lastwill.release_orphans'), step);

  case step
    :{steps}
  end case;
end;
$lastwill$;

revoke all on function lastwill.release_orphans_batch(integer, bigint, interval) from public;

comment on function lastwill.release_orphans_batch(integer, bigint, interval) is
  :'comment';
