-- What cannot be read is counted in lastwill.status.
if pg_catalog.array_position(:{values}, null) is not null then
  perform lastwill.note_undecodable(:'owner', :{owners}::text[], :{values});
end if;
