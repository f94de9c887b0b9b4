-- :{sentence}
alter table :"owned"
  add constraint :"constraint"
  foreign key (:"by")
  references :"owner" (:"key")
  on delete cascade
  on update cascade
  not valid;

comment on constraint :"constraint" on :"owned" is
  :'comment';
