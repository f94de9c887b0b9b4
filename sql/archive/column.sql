-- :{sentence}
alter table :"archive"
  add column if not exists :"column" :{type};
