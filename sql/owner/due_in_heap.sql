-- Locks up to max_rows expired rows of :"table", page by page, in windows that no other worker
-- has, and gives their places and keys. Nothing more when every window has been somebody's.
-- Where they are few and far between it looks no longer than what it has locked may wait.
--
-- Whatever the statistics say, an index on the expiry must not be asked for each window anew.
create or replace function lastwill.:"due_in_heap"(
  run bigint,
  max_rows integer,
  out places tid[],
  out keys text[]
)
  language plpgsql
  set search_path = pg_catalog, pg_temp
  set enable_indexscan = off
as $lastwill$
#variable_conflict use_variable
declare
  window_pages constant bigint := 128;
  n_windows bigint;
  number bigint;
  last_number bigint;
  from_place tid;
  to_place tid;
  found_places tid[];
  found_keys text[];
begin
  select in_hand.windows, in_hand.last_window, in_hand.place, in_hand.window_end
  into n_windows, last_number, from_place, to_place
  from lastwill.sweep_step as in_hand
  where in_hand.run = :"due_in_heap".run
    and in_hand.step = :'owner';

  if n_windows is null then
    return;
  end if;

  loop
    if from_place is null then
      number := nextval(:'window_of');
      last_number := coalesce(last_number, number + n_windows - 1);

      if number > last_number then
        n_windows := null;
        exit;
      end if;

      -- No row has the number 0 on its page.
      from_place := format('(%s,0)', number % n_windows * window_pages)::tid;
      to_place := format('(%s,0)', (number % n_windows + 1) * window_pages)::tid;
    end if;

    select array_agg(due.place), array_agg(due.key)
    into found_places, found_keys
    from (
      select owner.ctid as place, :{key} as key
      from only :"table" as owner
      where owner.ctid > from_place
        and owner.ctid < to_place
        and :{due}
        and :{not_aside}
      limit max_rows - coalesce(cardinality(places), 0)
      for update skip locked
    ) as due;

    places := places || found_places;
    keys := keys || found_keys;

    if cardinality(places) >= max_rows then
      from_place := (
        select max(found.place)
        from unnest(found_places) as found (place)
      );
      exit;
    end if;

    from_place := null;
    exit when places is not null and clock_timestamp() > now() + interval '0.2 s';
  end loop;

  update lastwill.sweep_step as in_hand
  set windows = n_windows,
      last_window = last_number,
      place = from_place,
      window_end = to_place
  where in_hand.run = :"due_in_heap".run
    and in_hand.step = :'owner';
end;
$lastwill$;

revoke all on function lastwill.:"due_in_heap"(bigint, integer) from public;

comment on function lastwill.:"due_in_heap"(bigint, integer) is
  :'comment';
