-- What was archived is not thrown away with the machine: the table goes only when it is empty, and
-- the schema that was made for it when it was the last one there.
do $lastwill$
begin
  if exists (select from :"archive") then
    return;
  end if;

  drop table :"archive";
  if exists (
    select
    from pg_catalog.pg_namespace as made
    where made.nspname = :'schema'
      and pg_catalog.obj_description(made.oid, 'pg_namespace') = 'Made for archives by pg-lastwill.'
  ) then
    begin
      drop schema :"schema";
    exception
      -- The archive of another edge is in there, or something of yours.
      when dependent_objects_still_exist then
        null;
    end;
  end if;
end;
$lastwill$;
