-- Only when a row that was alive is marked, once.
create or replace trigger :"trigger"
  after update of :"column" on :"table"
  for each row
  when (:{was_alive} and not (:{is_alive}))
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
