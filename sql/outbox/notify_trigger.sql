-- Once for each statement: of many equal notifications in one transaction only one is sent anyway.
create or replace trigger outbox_notify
  after insert on lastwill.outbox
  referencing new table as added
  for each statement
  execute function lastwill.outbox_notify();

comment on trigger outbox_notify on lastwill.outbox is
  :'comment';
