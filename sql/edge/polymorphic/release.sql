-- Releases the rows of :"owned" that belong to these owners. They keep the key of the owner who
-- is gone, so that they are his again if he comes back.
create or replace function lastwill.:"release"(owners :{owner_type}[])
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  :{look_again}

  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', owned.:"key"::text, owned.:"by"::text, now() + interval :'grace'
  from :"owned" as owned
  where owned.:"type_column" = :'type'
    and owned.:"by" = any(:{owners});
end;
$lastwill$;

revoke all on function lastwill.:"release"(:{owner_type}[]) from public;

comment on function lastwill.:"release"(:{owner_type}[]) is
  :'comment';
