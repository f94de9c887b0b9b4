-- :{sentence}
alter table :"owned"
  add constraint :"constraint"
  foreign key (:{columns})
  references :"parent" (:{key})
  on delete :{on_delete}
  on update cascade
  :{deferrable}
  not valid;

comment on constraint :"constraint" on :"owned" is
  :'comment';
