-- Why one row of :"owned" is still there. A key that is none of this table's finds no row, and
-- raises no error.
create or replace function lastwill.:"why"(key text)
  returns table (
    edge text,
    reason text,
    owner_key text,
    above text[],
    until timestamptz,
    detail text
  )
  language plpgsql
  stable
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_column
declare
  asked :"owned";
  this :"owned";
  is_there boolean := false;
begin
  :{finds}

  if not is_there then
    return query
    select
      null::text,
      'not_there',
      null::text,
      null::text[],
      null::timestamptz,
      null::text;
  end if;

  :{reasons}
end;
$lastwill$;

revoke all on function lastwill.:"why"(text) from public;

comment on function lastwill.:"why"(text) is
  :'comment';
