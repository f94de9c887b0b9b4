-- The other triggers see nothing of a TRUNCATE.
create or replace trigger :"trigger"
  after truncate on :"table"
  for each statement
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
