-- Only when the key is written, and is another one.
create or replace trigger :"trigger"
  after update of :"key" on :"table"
  for each row
  when (old.:"key" is distinct from new.:"key")
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
