-- Only when what the row tied is tied by it no more.
create or replace trigger :"trigger"
  after update of :"to_owned", :"to_parent" on :"table"
  for each row
  when (
    old.:"to_owned" is not null
    and old.:"to_parent" is not null
    and (old.:"to_owned" is distinct from new.:"to_owned" or new.:"to_parent" is null)
  )
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
