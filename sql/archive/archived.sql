-- Rows of :"owned" that went with the row of :"parent" they belong to, by the foreign key:
-- they are kept in the archive. One that is deleted while that row lives is deleted, and no more.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  insert into :"archive" (
    :{columns},
    archived_at,
    later_columns
  )
  select
    :{values},
    now(),
    (
      select jsonb_object_agg(later.key, later.value)
      from json_each(to_json(gone.*)) as later
      where later.key <> all(:{names})
    )
  from gone
  where :{belonged}
    and not exists (
      select
      from :"parent" as parent
      where :{is_parent}
    );

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
