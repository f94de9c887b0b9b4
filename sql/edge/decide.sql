-- The last-owner check. Ends those of these rows that have no owner left, and gives the rows it
-- could decide on; the others are locked by somebody and are decided another time.
--
-- A row is locked first, and asked for in a later statement: that statement sees every tie that
-- was committed before the lock was had, and none can come while it is held. A transaction with a
-- fixed snapshot cannot see so, and decides nothing.
create or replace function lastwill.:"decide"(keys :{owned_type}[])
  returns :{owned_type}[]
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  places tid[];
  decided :{owned_type}[];
  n_ended bigint;
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    return cast('{}' as :{owned_type}[]);
  end if;

  -- Links are still being made of what was named before there were triggers.
  if exists (select from lastwill.backfill) then
    return cast('{}' as :{owned_type}[]);
  end if;

  select array_agg(locked.place), coalesce(array_agg(locked.key), '{}')
  into places, decided
  from (
    select owned.ctid as place, owned.:"key" as key
    from only :"owned" as owned
    where owned.:"key" = any(keys)
    for update skip locked
  ) as locked;

  -- Your own triggers, here and below, find what they are used to finding.
  perform set_config('search_path', :'path', true);
  :{policy}
  get diagnostics n_ended = row_count;
  :{detach}
  perform set_config('search_path', 'pg_catalog, pg_temp', true);

  if n_ended = cardinality(decided) then
    return decided;
  end if;

  -- One that is to end and did not was kept by a trigger of yours: not done with.
  return array(
    select done.key
    from unnest(decided) as done (key)
    where not exists (
      select
      from only :"owned" as owned
      where owned.:"key" = done.key
        and :{ends}
    )
  );
end;
$lastwill$;

revoke all on function lastwill.:"decide"(:{owned_type}[]) from public;

comment on function lastwill.:"decide"(:{owned_type}[]) is
  :'comment';
