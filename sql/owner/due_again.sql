-- Locks up to max_rows rows of :"table" that could not end together, and gives their places and
-- keys.
create or replace function lastwill.:"due_again"(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  all_places tid[];
begin
  select in_hand.again
  into all_places
  from lastwill.sweep_step as in_hand
  where in_hand.run = :"due_again".run
    and in_hand.step = :'owner';

  -- What is no longer due, or in another place by now, is somebody else's affair.
  while places is null and all_places <> '{}' loop
    select array_agg(due.place), array_agg(due.key)
    into places, keys
    from (
      select owner.ctid as place, :{key} as key
      from only :"table" as owner
      where owner.ctid = any(all_places[:max_rows])
        and :{due}
        and :{not_aside}
      for update skip locked
    ) as due;

    all_places := all_places[max_rows + 1:];

    update lastwill.sweep_step as in_hand
    set again = nullif(all_places, '{}')
    where in_hand.run = :"due_again".run
      and in_hand.step = :'owner';
  end loop;
end;
$lastwill$;

revoke all on function lastwill.:"due_again"(bigint, integer) from public;

comment on function lastwill.:"due_again"(bigint, integer) is
  :'comment';
