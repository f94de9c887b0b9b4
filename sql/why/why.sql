-- Why a row is still there: who owns it, what keeps it, what it waits for. A row for each reason;
-- none for a row that nobody owns and nothing keeps.
create or replace function lastwill.why(owned regclass, key text)
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
  security definer
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  case owned
    :{tables}
    else
      raise exception using
        errcode = 'LW001',
        message = format('no edge declares the table %s', owned),
        hint = 'The tables that are declared: select owned, edge from lastwill.edge;';
  end case;
end;
$lastwill$;

revoke all on function lastwill.why(regclass, text) from public;

comment on function lastwill.why(regclass, text) is
  :'comment';
