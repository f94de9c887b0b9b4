-- Rows of :"join" that an application deleted: what they tied is released. Where the row of
-- :"parent" went, and its foreign key deleted them, that is done already.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  select :'edge', gone.:"to_owned"::text, gone.:"to_parent"::text, now() + interval :'grace'
  from gone
  join :"owned" as owned on owned.:"key" = gone.:"to_owned"
  join :"parent" as parent on parent.:"parent_key" = gone.:"to_parent";

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
