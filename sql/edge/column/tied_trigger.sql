-- Only when the column names an owner, and not the one that it named.
create or replace trigger :"trigger"
  after update of :"by" on :"table"
  for each row
  when (new.:"by" is not null and new.:"by" is distinct from old.:"by")
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
