-- :"join" is about to be emptied by TRUNCATE, which shows a trigger no rows: what they tie is
-- released before.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', tie.:"to_owned"::text, tie.:"to_parent"::text, now() + interval :'grace'
  from :"join" as tie
  where tie.:"to_owned" is not null
    and tie.:"to_parent" is not null;

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
