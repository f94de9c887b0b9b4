-- What cannot be read is counted in lastwill.status.
if document is null then
  perform lastwill.note_undecodable(:'owner', array[:{key}]::text[], array[document]);
end if;
