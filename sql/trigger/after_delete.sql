-- Once for each statement, with all its rows, whoever deletes them.
create or replace trigger :"trigger"
  after delete on :"table"
  referencing old table as gone
  for each statement
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
