-- Ties to each owner the rows that its :{pointer} names.
create or replace function lastwill.:"tie"(owners :{owner_type}[], pointers :{pointer_type}[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '700ms'
as $lastwill$
#variable_conflict use_variable
declare
  tied_owners :{owner_type}[];
  tied_keys :{owned_type}[];
  taken_back bigint[];
begin
  select array_agg(given.owner_key), array_agg(named.owned_key)
  into tied_owners, tied_keys
  from unnest(owners, pointers) as given (owner_key, pointer)
  cross join lateral unnest(lastwill.:"named"(given.pointer)) as named (owned_key);

  if tied_keys is null then
    return;
  end if;

  :{filter}

  -- From here on nobody ends these rows before we commit. A row that is just being ended keeps us
  -- waiting until it is gone, so that no owner who is saved sees a row it names vanish.
  -- Where that cannot be had soon, or under this snapshot, the link alone has to do.
  begin
    perform
    from :"owned" as owned
    where owned.:"key" = any(tied_keys)
    for key share;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      null;
  end;

  -- A key that is not there yet is linked all the same: stores write the session last or first.
  insert into lastwill.:"link" (owner_key, owned_key)
  select tied.owner_key, tied.owned_key
  from unnest(tied_owners, tied_keys) as tied (owner_key, owned_key)
  on conflict do nothing;

  :{take_back}
end;
$lastwill$;

revoke all on function lastwill.:"tie"(:{owner_type}[], :{pointer_type}[]) from public;

comment on function lastwill.:"tie"(:{owner_type}[], :{pointer_type}[]) is
  :'comment';
