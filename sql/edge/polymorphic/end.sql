-- Ends at once the rows of :"owned" that belong to these owners and to no other. What cannot be
-- decided now is left to the next sweep.
create or replace function lastwill.:"end"(owners :{owner_type}[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '200ms'
as $lastwill$
#variable_conflict use_variable
declare
  keys :{owned_type}[];
  decided :{owned_type}[];
begin
  :{look_again}

  select array_agg(owned.:"key")
  into keys
  from :"owned" as owned
  where owned.:"type_column" = :'type'
    and owned.:"by" = any(:{owners});

  if keys is null then
    return;
  end if;

  begin
    decided := lastwill.:"decide"(keys);
  exception
    -- Whatever holds on to one of these rows (a foreign key, a trigger of yours) must not keep an
    -- owner from ending. The sweep finds out which row it is.
    when others or assert_failure then
      decided := '{}';
  end;

  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', owned.:"key"::text, owned.:"by"::text, now()
  from :"owned" as owned
  where owned.:"key" = any(keys)
    and (
      owned.:"key" in (
        select done.key
        from unnest(decided) as done (key)
      )
    ) is not true;
end;
$lastwill$;

revoke all on function lastwill.:"end"(:{owner_type}[]) from public;

comment on function lastwill.:"end"(:{owner_type}[]) is
  :'comment';
