-- Locks up to max_rows expired rows of :"table", the oldest first, and gives their places and
-- keys. One that was renewed before we had its lock is seen renewed and left alone; one that
-- somebody is writing to is skipped. While we hold its lock a row stays in its place. A table that
-- inherits from this one has places of its own.
create or replace function lastwill.:"due_by_expiry"(
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
begin
  select array_agg(due.place), array_agg(due.key)
  into places, keys
  from (
    select owner.ctid as place, :{key} as key
    from only :"table" as owner
    where :{due}
      and :{not_aside}
    :{order}
    limit max_rows
    for update skip locked
  ) as due;
end;
$lastwill$;

revoke all on function lastwill.:"due_by_expiry"(integer) from public;

comment on function lastwill.:"due_by_expiry"(integer) is
  :'comment';
