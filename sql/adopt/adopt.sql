-- Ties what belongs to one row of :"table" to another, whether the first is still there or its rows
-- are waiting out their grace: for an application that has given a session a new key. What the
-- session itself names needs no call: it follows by itself when the new session is written.
-- Gives how many rows were adopted.
create or replace function lastwill.:"adopt"(old_key :{owner_type}, new_key :{owner_type})
  returns bigint
  language plpgsql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  adopted bigint := 0;
  n_rows bigint;
begin
  -- Held until we commit: who adopts must not end before he has.
  perform
  from :"table" as owner
  where owner.:"key" = new_key
  for key share;

  if not found then
    raise exception using
      errcode = 'LW002',
      message = :'missing',
      hint = 'Write the new row first, then adopt.';
  end if;

  if old_key = new_key then
    return 0;
  end if;

  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', :'path', true);

  :{edges}

  return adopted;
end;
$lastwill$;

revoke all on function lastwill.:"adopt"(:{owner_type}, :{owner_type}) from public;

comment on function lastwill.:"adopt"(:{owner_type}, :{owner_type}) is
  :'comment';
