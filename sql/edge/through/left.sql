-- Rows of :"join" that are gone: what they tied is released. Where they went with the row of
-- :"parent" that is done already, unless one statement deleted both: then the row has nobody and
-- has not ended.
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
  where gone.:"to_parent" is not null
    and (
      exists (
        select
        from :"parent" as parent
        where parent.:"parent_key" = gone.:"to_parent"
      )
      or (
        :{ends}
      )
    )
    and not exists (
      select
      from lastwill.released as entry
      where entry.edge = :'edge'
        and entry.owned_key = gone.:"to_owned"::text
        and entry.owner_key = gone.:"to_parent"::text
    );

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
