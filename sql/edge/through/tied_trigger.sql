-- A row that names none of the two ties nothing.
create or replace trigger :"trigger"
  after insert or update of :"to_owned", :"to_parent" on :"table"
  for each row
  when (new.:"to_owned" is not null and new.:"to_parent" is not null)
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
