-- Once for each statement, with all its rows.
create or replace trigger :"trigger"
  after insert on :"table"
  referencing new table as added
  for each statement
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
