-- Only for rows of this type: those of others are no affair of ours.
create or replace trigger :"trigger"
  after insert or update of :"by", :"type_column" on :"table"
  for each row
  when (new.:"type_column" = :'type' and new.:"by" is not null)
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
