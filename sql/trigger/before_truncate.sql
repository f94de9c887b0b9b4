-- Before: afterwards nobody could say which rows there were.
create or replace trigger :"trigger"
  before truncate on :"table"
  for each statement
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
