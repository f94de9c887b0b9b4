-- Only when a column that names rows is written, and something in it that names rows has changed: a
-- touch of the session's expiry never gets here. PostgreSQL reads the condition anew for every
-- statement, so it is as short as it can be.
create or replace trigger :"trigger"
  after update of :{columns} on :"table"
  for each row
  when (
    :{condition}
  )
  execute function lastwill.:"function"();

comment on trigger :"trigger" on :"table" is
  :'comment';
