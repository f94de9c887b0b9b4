-- The next batch of lastwill.:"procedure"(): ties what up to max_rows rows of :"table" name. True
-- when there may be more, false when there is none, null when somebody holds on to one of the rows.
--
-- Rows are locked while they are read, so that no change slips in between. Which rows they are is
-- asked before: one that is given another key meanwhile is tied by the triggers, and must not
-- carry our place along to that key.
create or replace function lastwill.:"batch"(max_rows integer)
  returns boolean
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  last_key :{owner_type};
  page_end :{owner_type};
  naming :{owner_type};
  :{declarations}
begin
  select cast(begun.last_key as :{owner_type})
  into last_key
  from lastwill.backfill as begun
  where begun.name = :'procedure'
  for update;

  -- Somebody else who called it has come to the end.
  if not found then
    return false;
  end if;

  page_end := (
    select page.owner_key
    from (
      select cast(owner.:"key" as :{owner_type}) as owner_key
      from :"table" as owner
      where last_key is null
        or cast(owner.:"key" as :{owner_type}) > last_key
      order by owner.:"key"
      limit max_rows
    ) as page
    order by page.owner_key desc
    limit 1
  );

  if page_end is not null then
    for naming, :{variables} in
      select
        page.owner_key,
        :{pointers}
      from (
        select
          cast(owner.:"key" as :{owner_type}) as owner_key,
          :{columns}
        from :"table" as owner
        where (
            last_key is null
            or cast(owner.:"key" as :{owner_type}) > last_key
          )
          and cast(owner.:"key" as :{owner_type}) <= page_end
        order by owner.:"key"
        for no key update
      ) as page
    loop
      :{body}
    end loop;

    update lastwill.backfill as begun
    set last_key = page_end::text
    where begun.name = :'procedure';
    return true;
  end if;

  -- Links of rows that went while triggers were off keep what they named from ending. Nobody may be
  -- just inserting such a row again, or we would cut his links.
  if :{stale} then
    perform set_config('lock_timeout', '1500ms', true);
    lock table :"table" in share row exclusive mode;
    :{prune}
  end if;

  delete from lastwill.backfill as begun
  where begun.name = :'procedure';
  return false;
exception
  when lock_not_available or deadlock_detected then
    return null;
end;
$lastwill$;

revoke all on function lastwill.:"batch"(integer) from public;

comment on function lastwill.:"batch"(integer) is
  :'comment';

-- What was begun before this function was as it is now begins anew.
update lastwill.backfill as begun
set last_key = null
where begun.name = :'procedure';
