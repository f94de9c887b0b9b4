-- A row of :"join" that ties another row than before, or none: the former one is released.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', :{old_owned}::text, :{old_parent}::text, now() + interval :'grace'
  where exists (
    select
    from :"owned" as owned
    where owned.:"key" = :{old_owned}
  );

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
