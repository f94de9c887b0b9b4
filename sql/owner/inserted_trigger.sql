-- Row by row, as sessions come. One that cannot name anything costs a glance at its data, and the
-- half of an upsert that updates does not get here at all. The glance may take a row for one that
-- names others when it does not, never the other way round.
create or replace trigger :"trigger"
  after insert on :"table"
  for each row
  when (
    :{condition}
  )
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
