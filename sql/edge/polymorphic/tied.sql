-- Does for rows of :"owned" what a foreign key would, if there could be one: the row of
-- :"parent" that one belongs to cannot go unseen while it is just being written.
create or replace function lastwill.:"function"()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
  set lock_timeout = '700ms'
as $lastwill$
#variable_conflict use_variable
declare
  grace interval := interval :'grace';
  taken_back bigint[];
begin
  -- One that was never there is nobody's end: such a row is left alone (see lastwill.orphan).
  if not exists (
    select
    from :"parent" as parent
    where parent.:"parent_key" = :{parent_key_of_new}
  ) then
    return null;
  end if;

  -- A new row was never let go of.
  if tg_op = 'UPDATE' then
    :{take_back}
  end if;

  perform
  from :"parent" as parent
  where parent.:"parent_key" = :{parent_key_of_new}
  for key share skip locked;

  if found then
    return null;
  end if;

  -- Somebody is just deleting it, or has it for himself: we wait for him, as a foreign key would.
  -- Where that takes long, the sweep is to see whether it went: later, so that it is over by then.
  begin
    perform
    from :"parent" as parent
    where parent.:"parent_key" = :{parent_key_of_new}
    for key share;

    if found then
      return null;
    end if;
  exception
    when lock_not_available or serialization_failure or deadlock_detected then
      grace := greatest(grace, interval '10 minutes');
  end;

  -- Whoever ended it could not see this row.
  insert into lastwill.released (edge, owned_key, owner_key, due_at)
  values (:'edge', :{owned_key}::text, :{new_by}::text, now() + grace);

  return null;
end;
$lastwill$;

revoke all on function lastwill.:"function"() from public;

comment on function lastwill.:"function"() is
  :'comment';
