-- Gives somebody the rows that belong to one row of :"table", or that wait out their grace since
-- it went: their claim column is filled, and they end with no session any more.
-- Gives how many rows were claimed.
create or replace function lastwill.:"claim"(owner_key :{owner_type}, value :{claim_type})
  returns bigint
  language plpgsql
  strict
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
#variable_conflict use_variable
declare
  claimed bigint := 0;
  n_rows bigint;
begin
  -- Your own triggers find what they are used to finding.
  perform set_config('search_path', :'path', true);

  :{edges}

  return claimed;
end;
$lastwill$;

revoke all on function lastwill.:"claim"(:{owner_type}, :{claim_type}) from public;

comment on function lastwill.:"claim"(:{owner_type}, :{claim_type}) is
  :'comment';
