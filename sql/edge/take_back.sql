-- Taken back. What a sweep is just looking at is skipped: it will see the tie. One that is left
-- over, here or under a fixed snapshot, does no harm while the tie is there.
begin
  select array_agg(waiting.id)
  into taken_back
  from (
    select entry.id
    from lastwill.released as entry
    where entry.edge = any(:{edges})
      and entry.owned_key = :{owned_key}
    for update skip locked
  ) as waiting;

  if taken_back is not null then
    delete from lastwill.released as entry
    where entry.id = any(taken_back);
  end if;
exception
  when serialization_failure then
    null;
end;
