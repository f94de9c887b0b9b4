-- Notes which of the given owners' data could not be read (a null among the documents), and strikes
-- out those whose data can be read again.
create or replace function lastwill.note_undecodable(
  owner_name text,
  owner_keys text[],
  documents jsonb[]
)
  returns void
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $lastwill$
begin
  if array_position(documents, null) is not null then
    insert into lastwill.undecodable (owner, owner_key)
    select owner_name, given.owner_key
    from unnest(owner_keys, documents) as given (owner_key, document)
    where given.document is null
    on conflict do nothing;
  end if;

  delete from lastwill.undecodable as noted
  using unnest(owner_keys, documents) as given (owner_key, document)
  where noted.owner = owner_name
    and noted.owner_key = given.owner_key
    and given.document is not null;
end;
$lastwill$;

revoke all on function lastwill.note_undecodable(text, text[], jsonb[]) from public;

comment on function lastwill.note_undecodable(text, text[], jsonb[]) is
  :'comment';
