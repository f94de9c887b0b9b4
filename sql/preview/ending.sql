-- Which rows of :"table" lastwill.preview() is about: the one with the given key, or what the next
-- sweep would find due. It would pass by what another transaction has locked or changed. That can
-- be told, without waiting for it, where a row bears the number of one that is running; where
-- several share a lock it cannot.
create or replace function lastwill.:"ending"(owner_key text)
  returns table (rows bigint, sample text[], blocked_by text, places tid[])
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_custom_plan
as $lastwill$
#variable_conflict use_variable
declare
  running constant xid[] := array(
    select going.transactionid
    from pg_locks as going
    where going.locktype = 'transactionid'
      and going.mode = 'ExclusiveLock'
      and going.pid is distinct from pg_backend_pid()
  );
begin
  if owner_key is null then
    return query
    select
      count(*),
      (array_agg(due.key order by due.place))[:5],
      case when due.is_locked then 'a running transaction has locked or changed it' end,
      array_agg(due.place)
    from (
      select
        owner.ctid as place,
        :{key} as key,
        owner.xmax = any(running) as is_locked
      from only :"table" as owner
      where :{due}
        and :{not_aside}
    ) as due
    group by due.is_locked
    order by due.is_locked;
    return;
  end if;

  begin
    return query
    select count(*), array_agg(:{key}), null::text, array_agg(owner.ctid)
    from only :"table" as owner
    where :{is_key}
    having count(*) > 0;

    if found then
      return;
    end if;
  exception
    when data_exception then
      -- A text that is no key of this type is nobody's.
      null;
  end;

  raise exception using
    errcode = 'LW001',
    message = :'no_row',
    hint = 'Write the key in full, as it stands in the table; it may have ended by now.';
end;
$lastwill$;

revoke all on function lastwill.:"ending"(text) from public;

comment on function lastwill.:"ending"(text) is
  :'comment';
