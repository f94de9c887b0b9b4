-- Triggers run in the order of their names. The capital letter puts this one before those of the
-- foreign keys, which are called RI_….
create or replace trigger :"trigger"
  after delete on :"table"
  for each row
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
