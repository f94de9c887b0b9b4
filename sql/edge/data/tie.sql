-- Ties to one owner the rows that its :{pointer} names.
--
-- Its plans are made once: planning anew for each array of keys took more time than the work.
create or replace function lastwill.:"tie"(naming :{owner_type}, named :{owned_type}[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '700ms'
  set plan_cache_mode = force_generic_plan
as $lastwill$
#variable_conflict use_variable
declare
  taken_back bigint[];
begin
  if named = '{}' then
    return;
  end if;

  :{filter}

  -- From here on nobody ends these rows before we commit. A row that is just being ended keeps us
  -- waiting until it is gone, so that no owner who is saved sees a row it names vanish.
  -- Where that cannot be had soon, or under this snapshot, the link alone has to do.
  begin
    perform
    from :"owned" as owned
    where owned.:"key" = any(named)
    for key share;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      null;
  end;

  -- A key that is not there yet is linked all the same: stores write the session last or first.
  insert into lastwill.:"link" (owner_key, owned_key)
  select naming, tied.owned_key
  from unnest(named) as tied (owned_key)
  on conflict do nothing;

  :{take_back}
end;
$lastwill$;

revoke all on function lastwill.:"tie"(:{owner_type}, :{owned_type}[]) from public;

comment on function lastwill.:"tie"(:{owner_type}, :{owned_type}[]) is
  :'comment';
