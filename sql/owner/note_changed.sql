-- Noted when it cannot be read, struck out when it can be read again.
if document is null or exists (
  select
  from lastwill.undecodable as noted
  where noted.owner = :'owner'
    and noted.owner_key = :{key}::text
) then
  perform lastwill.note_undecodable(:'owner', array[:{key}]::text[], array[document]);
end if;
