-- Ties what the rows of :"table" name already, from before the triggers were there. Rows
-- are locked while they are read, so that no change slips in between, and committed a few
-- hundred at a time. It may be cut off and called again, at any time: what is tied is tied.
--
-- It commits, so it can have neither `security definer` nor a `set` clause: every name is
-- written out.
create or replace procedure lastwill.:"procedure"()
  language plpgsql
as $lastwill$
#variable_conflict use_variable
declare
  last_key :{owner_type};
  :{declarations}
begin
  commit;
  set transaction isolation level read committed;

  loop
    for last_key, :{variables} in
      select
        page.owner_key,
        :{pointers}
      from (
        select
          cast(owner.:"key" as :{owner_type}) as owner_key,
          :{columns}
        from :"table" as owner
        where last_key is null
          or cast(owner.:"key" as :{owner_type}) operator(pg_catalog.>) last_key
        order by owner.:"key"
        limit 500
        for no key update
      ) as page
      order by page.owner_key
    loop
      :{body}
    end loop;

    exit when not found;
    commit;
    set transaction isolation level read committed;
  end loop;

  -- Links of rows that went while triggers were off keep what they named from ending. Nobody may be
  -- just inserting such a row again, or we would cut his links.
  if :{stale} then
    perform pg_catalog.set_config('lock_timeout', '3s', true);
    lock table :"table" in share row exclusive mode;
    :{prune}
  end if;
  commit;
end;
$lastwill$;

revoke all on procedure lastwill.:"procedure"() from public;

comment on procedure lastwill.:"procedure"() is
  :'comment';
